import assert from 'node:assert/strict';
import { DiagLogLevel, type DiagLogger, type DiagLoggerOptions } from '@opentelemetry/api';
import * as api from '@opentelemetry/api';
import { findExistingSetup, hasDiagLogger } from '../../src/register/existing-setup.js';
import { installCommand, recommendedLine } from '../../src/register/install-hint.js';
import { logToStderr } from '../../src/register/log-to-stderr.js';
import { claimProcess } from '../../src/register/registration-mark.js';
import { startLine } from '../../src/register/start-line.js';
import { installed } from './support/fake-packages.js';

const API_KEY = Symbol.for('opentelemetry.js.api.1');

describe('startLine', () => {
  const started = {
    sdk: installed('@opentelemetry/sdk-trace', '3.1.1'),
    instrumentations: 1,
    loaderHook: 'register',
    isContinuing: false,
    diagnosis: { dsn: 'https://key@host/1', findings: [] },
  } as const;

  it('names the SDK, the instrumentations, the hook and the DSN', () => {
    const expected =
      /^started \S+ with @opentelemetry\/sdk-trace 3\.1\.1; 1 instrumentation; loader hook: register; sending to https:\/\/key@host\/1$/;
    assert.match(startLine(started), expected);
  });

  it('says what is likely to be wrong', () => {
    const line = startLine({
      ...started,
      instrumentations: 2,
      isContinuing: true,
      diagnosis: { dsn: undefined, findings: ['no dsn: nothing is sent'] },
    });
    assert.match(
      line,
      /; 2 instrumentations; .*; continuing the trace of the environment; no dsn: nothing is sent$/,
    );
  });
});

describe('install hint', () => {
  const LINES: readonly [apiVersion: string | undefined, nodeVersion: string, line: 2 | 3][] = [
    ['1.9.1', '24.21.0', 2],
    ['1.10.0', '24.21.0', 3],
    ['1.10.0', '20.19.0', 2],
    ['1.10.0', '22.14.0', 2],
    [undefined, '22.15.0', 3],
  ];
  for (const [apiVersion, nodeVersion, line] of LINES) {
    it(`recommends ${line}.x with API ${apiVersion ?? 'missing'} on Node ${nodeVersion}`, () => {
      assert.equal(recommendedLine(apiVersion, nodeVersion), line);
    });
  }

  it('keeps all packages on one line', () => {
    assert.match(installCommand(2), /^npm install \S+\/api@1\.9 \S+\/sdk-trace-node@2 \S+@2 \S+-node@0\.81$/);
    assert.match(installCommand(3), /^npm install \S+\/api@1\.10 \S+\/sdk-trace@3 \S+@3 \S+-node@0\.82$/);
    assert.equal(
      installCommand(3, ['@opentelemetry/context-async-hooks']),
      'npm install @opentelemetry/context-async-hooks@3',
    );
  });
});

describe('findExistingSetup', () => {
  const sentry = (options: object, state: object = {}) => ({
    __SENTRY__: {
      version: '11.0.0',
      '11.0.0': { defaultCurrentScope: { getClient: () => ({ getOptions: () => options }) } },
    },
    ...state,
  });
  const CASES: readonly [what: string, globals: object, found: RegExp | undefined][] = [
    ['an untouched process', {}, undefined],
    ['a diag logger', { [API_KEY]: { version: '1.9.1', diag: {} } }, undefined],
    ['metrics', { [API_KEY]: { version: '1.9.1', metrics: {} } }, undefined],
    ['a provider', { [API_KEY]: { trace: {} } }, /^another SDK .*\(tracer provider\)$/],
    ['a context manager', { [API_KEY]: { context: {} } }, /\(context manager\)$/],
    ['a propagator', { [API_KEY]: { propagation: {} } }, /\(propagator\)$/],
    [
      'a Sentry SDK on OpenTelemetry',
      sentry({}, { [API_KEY]: { trace: {} } }),
      /^a Sentry SDK has registered/,
    ],
    ['a Sentry SDK that traces', sentry({ tracesSampleRate: 0.1 }), /^a Sentry SDK traces this process$/],
    ['a Sentry SDK for errors', sentry({ tracesSampleRate: undefined }), undefined],
    [
      'a Sentry SDK on the setup of others',
      sentry({ tracesSampleRate: 1, skipOpenTelemetrySetup: true }),
      undefined,
    ],
    ['something odd', { __SENTRY__: 'odd', [API_KEY]: 1 }, undefined],
  ];
  for (const [what, globals, found] of CASES) {
    it(`finds ${found === undefined ? 'nothing' : 'a setup'} in ${what}`, () => {
      const setup = findExistingSetup(globals);
      if (found === undefined) assert.equal(setup, undefined);
      else assert.match(setup ?? '', found);
    });
  }

  it('knows whether somebody logs already', () => {
    assert.equal(hasDiagLogger({ [API_KEY]: { diag: {} } }), true);
    assert.equal(hasDiagLogger({}), false);
  });
});

describe('claimProcess', () => {
  it('gives a process to the first who asks', () => {
    const globals = {};
    assert.equal(claimProcess(globals, '1.0.0'), undefined);
    assert.equal(claimProcess(globals, '2.0.0'), '1.0.0');
    assert.deepEqual(Object.keys(globals), []);
  });
});

describe('logToStderr', () => {
  let given: { logger: DiagLogger; level: unknown } | undefined;
  const printed: string[] = [];
  const recordingApi = {
    ...api,
    diag: Object.assign(Object.create(api.diag), {
      setLogger(logger: DiagLogger, { logLevel }: DiagLoggerOptions) {
        given = { logger, level: logLevel };
        return true;
      },
    }),
  };
  beforeEach(() => {
    given = undefined;
    printed.length = 0;
  });

  const LEVELS: readonly [env: Record<string, string>, level: DiagLogLevel][] = [
    [{}, DiagLogLevel.WARN],
    [{ SENTRY_DEBUG: 'true' }, DiagLogLevel.INFO],
    [{ OTEL_LOG_LEVEL: 'debug' }, DiagLogLevel.DEBUG],
    [{ OTEL_LOG_LEVEL: 'NONE', SENTRY_DEBUG: '1' }, DiagLogLevel.NONE],
    [{ OTEL_LOG_LEVEL: 'nonsense' }, DiagLogLevel.WARN],
  ];
  for (const [env, level] of LEVELS) {
    it(`logs from level ${DiagLogLevel[level]} on with ${JSON.stringify(env)}`, () => {
      logToStderr(recordingApi, env, line => printed.push(line));
      assert.equal(given?.level, level);
    });
  }

  it('prints level and text in one line', () => {
    logToStderr(recordingApi, {}, line => printed.push(line));
    given?.logger.warn('otel-sentry-bridge', 'text', { a: 1 });
    assert.deepEqual(printed, ['[opentelemetry] warn: otel-sentry-bridge text { a: 1 }']);
  });
});
