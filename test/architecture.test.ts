import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as entryPoint from '../src/index.js';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const API = '@opentelemetry/api';
const MAX_LINES = 250;

/** Files that may be longer, each with the reason. */
const LONG_FILES: Readonly<Record<string, string>> = {};

/** What this package depends on, loaded when it is needed. */
const PACKAGES = ['https-proxy-agent', 'proxy-from-env', 'undici', 'undici/lib/dispatcher/client.js'];

interface Rule {
  /** What may be imported, for values and types. */
  readonly values: readonly string[];
  /** What may be imported for types only. */
  readonly types?: readonly string[];
}

/**
 * Which part of `src` may import which: files and folders of the top level, from the top down, so that imports only
 * point to what is further down. A path with a slash is that file only.
 */
const MATRIX: Readonly<Record<string, Rule>> = {
  index: {
    values: ['bridge', 'helpers', 'propagator', 'protocol', 'sampler', 'span-exporter', 'span-processor'],
    types: ['diagnosis', 'errors', 'options', 'otel', 'profile-source', 'sampling', 'transport'],
  },
  link: {
    values: [API, 'conversion/ids', 'conversion/operation', 'helpers/root/local-root', 'otel', 'protocol'],
    types: ['bridge', 'shared'],
  },
  register: {
    values: [API, 'bridge', 'config', 'helpers', 'otel', 'sampling/rate', 'sdk-info', 'w3c'],
    types: ['diagnosis', 'options', 'profiling'],
  },
  profiling: {
    values: [
      API,
      'config',
      'errors/stack-parser',
      'event-id',
      'otel',
      'protocol',
      'sampling/rate',
      'sdk-info',
    ],
    types: ['clock', 'profile-source'],
  },
  bridge: {
    values: ['diagnosis', 'pipeline', 'propagator', 'sampler', 'shared', 'span-processor', 'w3c'],
    types: [API, 'options'],
  },
  diagnosis: {
    values: [API, 'config/http-url', 'protocol'],
    types: ['config', 'pipeline', 'shared', 'transport'],
  },
  propagator: {
    values: [API, 'otel', 'propagation', 'protocol', 'shape-keeper', 'shared', 'trace-state'],
    types: ['options'],
  },
  sampler: {
    values: [API, 'otel', 'propagation', 'sampling', 'shared', 'trace-state'],
    types: ['options'],
  },
  'span-processor': {
    values: [API, 'assembly', 'otel', 'pipeline', 'segment-admission', 'shared'],
    types: [API, 'activity', 'options', 'streaming'],
  },
  'span-exporter': {
    values: [API, 'assembly', 'otel', 'pipeline', 'segment-admission', 'shared', 'streaming'],
    types: ['options'],
  },
  'segment-admission': {
    values: ['otel', 'propagation', 'sampling', 'trace-state'],
    types: [API, 'assembly', 'shared'],
  },
  pipeline: {
    values: [
      'connect-profiler',
      'conversion-queue',
      'create-delivery',
      'envelope-builder',
      'filtering',
      'otel',
      'streaming',
      'transport/hold-process',
      'transport/settlements',
    ],
    types: ['assembly', 'profile-source', 'protocol', 'shared', 'steps', 'trace-state', 'transport'],
  },
  'conversion-queue': { values: ['fifo', 'otel'], types: ['clock', 'steps'] },
  'connect-profiler': {
    values: ['otel', 'transport/rate-limiter'],
    types: ['assembly', 'profile-source', 'shared', 'transport'],
  },
  'envelope-builder': {
    values: [
      'conversion',
      'conversion-settings',
      'error-envelope',
      'errors',
      'event-id',
      'filtering',
      'node-contexts',
      'otel',
      'protocol',
      'sdk-info',
      'shape-keeper',
      'sizing',
      'streaming',
    ],
    types: ['profile-source', 'shared', 'steps', 'trace-state', 'transport'],
  },
  streaming: {
    values: [
      'assembly',
      'conversion',
      'conversion-settings',
      'error-envelope',
      'errors',
      'event-id',
      'fifo',
      'filtering',
      'node-contexts',
      'otel',
      'protocol',
      'sdk-info',
      'shape-keeper',
      'sizing',
      'steps',
      'trace-state',
    ],
    types: [API, 'clock', 'shared', 'transport'],
  },
  'error-envelope': { values: ['otel', 'protocol', 'sdk-info'], types: ['transport'] },
  'create-delivery': {
    values: [
      'config/http-url',
      'debug-printer',
      'event-id',
      'otel',
      'protocol',
      'sdk-info',
      'spool',
      'transport',
    ],
    types: ['shared'],
  },
  'debug-printer': { values: ['config/http-url', 'otel', 'protocol'], types: ['config', 'transport'] },
  spool: { values: ['clock', 'otel', 'protocol', 'transport'] },
  'conversion-settings': {
    values: ['node-contexts', 'otel', 'sdk-info'],
    types: ['config', 'conversion'],
  },
  shared: {
    values: [
      'activity',
      'clock',
      'config',
      'errors',
      'loss-log',
      'natural-exit',
      'propagation',
      'protocol',
      'sampling',
    ],
    types: ['options'],
  },
  'loss-log': { values: ['otel'], types: ['protocol'] },
  assembly: { values: ['fifo', 'otel'], types: [API, 'clock', 'protocol', 'trace-state'] },
  sizing: { values: ['conversion/cut-value', 'filtering', 'protocol', 'steps'] },
  filtering: { values: ['conversion/operation', 'otel'], types: ['config', 'options', 'protocol'] },
  propagation: {
    values: [
      API,
      'conversion/identity',
      'conversion/operation',
      'otel',
      'protocol',
      'sampling',
      'trace-state',
    ],
    types: ['config', 'options'],
  },
  helpers: { values: [API, 'clock', 'otel', 'protocol', 'sdk-info', 'trace-state'] },
  w3c: { values: [API, 'otel', 'protocol'] },
  sampling: {
    values: [API, 'conversion/operation', 'otel', 'protocol', 'trace-state'],
    types: ['activity', 'clock', 'config'],
  },
  'trace-state': { values: [API, 'protocol', 'sampling/sample-rand'], types: ['otel'] },
  config: {
    values: ['otel', 'protocol', 'sampling/rate', 'transport/deadline', 'transport/delivery-options'],
    types: ['errors', 'options', 'profile-source', 'transport'],
  },
  options: {
    values: [],
    types: ['errors', 'otel', 'profile-source', 'protocol', 'sampling/decision', 'transport'],
  },
  errors: { values: [API, 'conversion', 'otel', 'protocol'] },
  conversion: { values: ['otel', 'protocol', 'steps'], types: [API] },
  'profile-source': { values: [], types: ['clock', 'otel', 'protocol', 'transport'] },
  transport: { values: ['clock', 'fifo', 'otel', 'protocol', 'shape-keeper', ...PACKAGES] },
  activity: { values: [] },
  'node-contexts': { values: [], types: ['protocol'] },
  'natural-exit': { values: [] },
  'sdk-info': { values: [] },
  'event-id': { values: [] },
  otel: { values: [API], types: ['clock'] },
  protocol: { values: [] },
  clock: { values: [] },
  fifo: { values: [] },
  'shape-keeper': { values: [] },
  steps: { values: [] },
};

/** Pure files whose folder is above those that use them. */
const UPWARD = new Set(['sampling/decision', 'sampling/rate', 'sampling/sample-rand']);

/** Everything else could run in a browser. */
const NODE_FILES =
  /^(transport\/http[a-z-]*|register\/.*|profiling\/.*|spool\/(node-[a-z-]*|process-table)|link\/fetch-observers|debug-printer|node-contexts|natural-exit)\.ts$/;

/** The outside world, by what it is reached with, and who may. Everything else is told the time and given chance. */
const AMBIENT: Readonly<Record<string, { readonly pattern: RegExp; readonly files: RegExp }>> = {
  'environment variables': {
    pattern: /\bprocess\.env\b/,
    files: /^(config\/.*|helpers\/environment-trace\.ts|register\/node-host\.ts)/,
  },
  clocks: {
    pattern: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/,
    files: /^(clock|node-contexts|profiling\/inspector-recorder)\.ts$/,
  },
  timers: {
    pattern: /\bset(Timeout|Interval|Immediate)\(/,
    files: /^(clock|transport\/hold-process)\.ts$/,
  },
  randomness: {
    pattern: /\bMath\.random\b|\bcrypto\./,
    files: /^(event-id|profiling\/sentry-profiler|transport\/delivery)\.ts$/,
  },
};

interface Import {
  /** A file of `src` with extension, or a package. */
  readonly target: string;
  readonly isType: boolean;
  readonly isDynamic: boolean;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map(path => path.replaceAll('\\', '/'))
  // Declarations of what others publish without any.
  .filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .sort()
  .map(readSource);
const byPath = new Map(files.map(file => [file.path, file]));

describe('source tree', () => {
  it('has a rule for each of its parts and no rule without a part', () => {
    const parts = new Set(files.map(({ path }) => partOf(path)));
    assert.deepEqual([...parts].sort(), Object.keys(MATRIX).sort());
  });

  it('has rules that only point down', () => {
    const order = Object.keys(MATRIX);
    const upward = order.flatMap((part, index) =>
      allowedBy(part)
        .filter(target => ![API, ...PACKAGES].includes(target) && !UPWARD.has(target))
        .filter(target => order.indexOf(partOf(target)) <= index)
        .map(target => `${part} -> ${target}`),
    );
    assert.deepEqual(upward, []);
  });

  it('imports what its rules allow and nothing else', () => {
    assert.deepEqual(linesOf(isForbidden), []);
  });

  it('names the files it imports as they are called after the build', () => {
    const isMissing = (_: SourceFile, { target }: Import) =>
      ![API, ...PACKAGES].includes(target) && !target.startsWith('node:') && !byPath.has(target);
    assert.deepEqual(linesOf(isMissing), []);
  });

  it('loads the packages it depends on only when they are needed', () => {
    const isEager = (_: SourceFile, { target, isType, isDynamic }: Import) =>
      PACKAGES.includes(target) && !isType && !isDynamic;
    assert.deepEqual(linesOf(isEager), []);
  });

  it('has no import cycle', () => {
    assert.deepEqual(findCycle(), []);
  });

  it('has no file that no entry point reaches', () => {
    const reached = new Set<string>();
    for (const entry of ['index.ts', 'register.ts', 'link.ts', 'profiling.ts']) visit(entry, reached);
    assert.deepEqual(
      pathsWhere(({ path }) => !reached.has(path)),
      [],
    );
  });

  it('imports node modules only where it talks to the system, and those that are instrumented only when needed', () => {
    const isMisplaced = ({ path }: SourceFile, { target, isType, isDynamic }: Import) =>
      target.startsWith('node:') &&
      (!NODE_FILES.test(path) || (path.startsWith('transport/') && !isType && !isDynamic));
    assert.deepEqual(linesOf(isMisplaced), []);
  });

  for (const [what, { pattern, files: allowed }] of Object.entries(AMBIENT)) {
    it(`uses ${what} only in ${String(allowed)}`, () => {
      assert.deepEqual(
        pathsWhere(({ path, code }) => pattern.test(code) && !allowed.test(path)),
        [],
      );
    });
  }

  it('prints nothing', () => {
    assert.deepEqual(
      pathsWhere(({ code }) => /\bconsole\./.test(code)),
      [],
    );
  });

  it('keeps no variable at module level', () => {
    assert.deepEqual(
      pathsWhere(({ code }) => /^(export )?(let|var) /m.test(code)),
      [],
    );
  });

  it(`has files of at most ${MAX_LINES} lines`, () => {
    const tooLong = pathsWhere(
      ({ path, text }) => text.split('\n').length - 1 > MAX_LINES && !(path in LONG_FILES),
    );
    assert.deepEqual(tooLong, []);
  });

  it('has names in kebab-case and no folder for this and that', () => {
    assert.deepEqual(
      pathsWhere(({ path }) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path)),
      [],
    );
    assert.deepEqual(
      pathsWhere(({ path }) => /(^|\/)(utils?|common|misc)\//.test(path)),
      [],
    );
  });
});

describe('entry point', () => {
  it('exports exactly the public functions and classes', () => {
    assert.deepEqual(Object.keys(entryPoint).sort(), [
      'SentryPropagator',
      'SentrySampler',
      'SentrySpanExporter',
      'SentrySpanProcessor',
      'TRACE_HEADERS',
      'addBreadcrumb',
      'contextFromEnv',
      'continueFromEnv',
      'continueTrace',
      'createSentryBridge',
      'getActiveRootSpan',
      'getBaggage',
      'getTraceData',
      'getTraceMetaTags',
      'getTraceparent',
      'parseSentryBaggage',
      'parseSentryTrace',
      'setContext',
      'setMeasurement',
      'setTag',
      'setUser',
      'startNewTrace',
      'startSpan',
      'traceEnv',
      'traced',
      'updateTransactionName',
      'withQueueProcess',
      'withQueuePublish',
      'withSpan',
      'withSpanManual',
    ]);
  });

  it('exports exactly the public types', () => {
    const clauses = [...codeOf('index.ts').matchAll(/^export type \{([^}]*)\} from/gm)];
    const names = clauses.flatMap(([, clause = '']) => clause.split(',').map(name => name.trim()));
    assert.deepEqual(names.filter(name => name !== '').sort(), [
      'Breadcrumb',
      'CaptureExceptions',
      'DataCategory',
      'DecoratedMember',
      'Diagnosis',
      'DropReason',
      'DynamicSamplingContext',
      'EnvironmentVariables',
      'Loss',
      'NamePattern',
      'QueueProcessOptions',
      'QueuePublishOptions',
      'ReadableSpan',
      'SamplingContext',
      'SentryBridge',
      'SentryBridgeOptions',
      'SentryTrace',
      'SentryUser',
      'SpanException',
      'SpanJson',
      'SpanPattern',
      'SpoolOptions',
      'StartSpanOptions',
      'TraceCarrier',
      'TraceData',
      'Traced',
      'TracedOptions',
      'TracesSampler',
      'TransactionEvent',
      'TransactionHint',
      'TransactionSource',
      'Transport',
      'TransportResponse',
    ]);
  });

  it('names each export', () => {
    assert.match(codeOf('index.ts'), /^(export (type )?\{[^}*]*\} from '[^']+';\s*)+$/);
  });
});

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return { path, text, code, imports: importsOf(path, code) };
}

function codeOf(path: string): string {
  return byPath.get(path)?.code.trim() ?? '';
}

function importsOf(path: string, code: string): Import[] {
  const declared = code.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\w\s{},*$]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = code.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [
    ...[...declared].map(([, type, name = '']) => ({ name, isType: type !== undefined, isDynamic: false })),
    ...[...dynamic].map(([, name = '']) => ({ name, isType: false, isDynamic: true })),
  ].map(({ name, ...kind }) => ({ target: resolveImport(path, name), ...kind }));
}

/** A relative import without `.js` names no file. */
function resolveImport(path: string, name: string): string {
  return name.startsWith('.') ? posix.join(dirname(path), name).replace(/\.js$/, '.ts') : name;
}

function partOf(path: string): string {
  return path.replace(/\/.*$|\.ts$/, '');
}

function allowedBy(part: string): readonly string[] {
  const rule = MATRIX[part];
  return [...(rule?.values ?? []), ...(rule?.types ?? [])];
}

function isForbidden({ path }: SourceFile, { target, isType }: Import): boolean {
  const part = partOf(path);
  if (target.startsWith('node:') || partOf(target) === part) return false;
  const allowed = isType ? allowedBy(part) : (MATRIX[part]?.values ?? []);
  return ![target, target.replace(/\.ts$/, ''), partOf(target)].some(name => allowed.includes(name));
}

function linesOf(matches: (file: SourceFile, imported: Import) => boolean): string[] {
  return files.flatMap(file =>
    file.imports.filter(imported => matches(file, imported)).map(({ target }) => `${file.path} -> ${target}`),
  );
}

function pathsWhere(matches: (file: SourceFile) => boolean): string[] {
  return files.filter(matches).map(({ path }) => path);
}

function visit(path: string, reached: Set<string>): void {
  if (reached.has(path)) return;
  reached.add(path);
  for (const { target } of byPath.get(path)?.imports ?? []) visit(target, reached);
}

/** The files of one cycle, if there is any. */
function findCycle(): string[] {
  const done = new Set<string>();
  const follow = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const { target } of byPath.get(path)?.imports ?? []) {
      const cycle = follow(target, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  return files.map(({ path }) => follow(path, [])).find(cycle => cycle.length > 0) ?? [];
}
