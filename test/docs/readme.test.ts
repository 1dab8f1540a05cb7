import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SDK } from '../../src/sdk-info.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { ApplicationFolder } from './support/application-folder.js';
import { codeIn, column, MarkdownFile, ROOT, type CodeBlock } from './support/documents.js';
import { RunningApplication } from './support/running-application.js';

const README = new MarkdownFile('README.md');
/** What the README leaves to it. */
const SETUP = new MarkdownFile('docs/setup.md');
const BLOCKS = [...README.blocks, ...SETUP.blocks];
const TIMEOUT_MILLIS = 30_000;

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN_ID = '00f067aa0ba902b7';

/** Headings whose blocks set up tracing and end with a command. */
const SETUPS = [
  'SDK 3.x',
  'SDK 3.x, CommonJS',
  'SDK 2.x',
  'SDK 2.x, CommonJS',
  'NodeSDK',
  'Exporter instead of processor',
  'Beside other exporters',
];
const APPLICATION = 'The application';
const SCRIPTS = 'Troubleshooting';

interface Transaction {
  readonly transaction: string;
  readonly contexts: {
    readonly trace: { readonly op: string; readonly trace_id: string; readonly parent_span_id?: string };
  };
  readonly sdk: { readonly name: string };
}

describe('README and docs/setup.md', () => {
  let folder: ApplicationFolder;
  let sentry: FakeSentry;
  let running: RunningApplication | undefined;

  before(function () {
    this.timeout(TIMEOUT_MILLIS);
    folder = new ApplicationFolder();
  });
  beforeEach(async () => {
    sentry = await FakeSentry.start();
  });
  afterEach(async () => {
    await running?.destroy();
    running = undefined;
    await sentry.close();
  });
  after(() => folder.remove());

  function start(heading: string): RunningApplication {
    for (const block of [...scriptsBelow(heading), ...scriptsBelow(APPLICATION)]) {
      folder.write(fileNameOf(block), block.text);
    }
    running = new RunningApplication(folder, commandBelow(heading), { SENTRY_DSN: sentry.dsn });
    return running;
  }

  async function stop(application: RunningApplication): Promise<void> {
    application.kill('SIGTERM');
    assert.equal(await application.ended(), 0, application.output);
    assert.equal(application.output, '');
    assert.deepEqual(sentry.violations, []);
  }

  for (const heading of SETUPS) {
    it(`sets up "${heading}": a request arrives as a transaction of the caller's trace`, async function () {
      this.timeout(TIMEOUT_MILLIS);
      const application = start(heading);
      await application.get('/', { 'sentry-trace': `${TRACE_ID}-${CALLER_SPAN_ID}-1` });
      await stop(application);
      const [transaction, ...others] = sentry.accepted('transaction').map(asTransaction);
      assert.deepEqual(others, []);
      assert.equal(transaction?.transaction, 'GET /');
      assert.equal(transaction.contexts.trace.op, 'http.server');
      assert.equal(transaction.contexts.trace.trace_id, TRACE_ID);
      assert.equal(transaction.contexts.trace.parent_span_id, CALLER_SPAN_ID);
      assert.equal(transaction.sdk.name, SDK.name);
    });
  }

  it('gives other exporters what Sentry does not get', async function () {
    this.timeout(TIMEOUT_MILLIS);
    const application = start('Beside other exporters');
    for (const rand of ['0.900000', '0.100000']) {
      const baggage = `sentry-trace_id=${TRACE_ID},sentry-sample_rand=${rand}`;
      await application.get('/', { 'sentry-trace': `${TRACE_ID}-${CALLER_SPAN_ID}`, baggage });
    }
    await stop(application);
    assert.equal(sentry.accepted('transaction').length, 1);
    assert.deepEqual(application.exported, ['GET', 'GET']);
    assert.deepEqual(sentry.reportedLosses(), { 'sample_rate/transaction': 1, 'sample_rate/span': 1 });
  });

  it('asks the bridge what is wrong', async function () {
    this.timeout(TIMEOUT_MILLIS);
    const scripts = scriptsBelow(SCRIPTS);
    for (const block of scripts) folder.write(fileNameOf(block), block.text);
    running = new RunningApplication(folder, `node --import ./log.mjs ask.mjs`, { SENTRY_DSN: sentry.dsn });
    assert.equal(await running.ended(), 0, running.output);
    const promised = /\/\/ (\[.*\])/.exec(scripts.map(({ text }) => text).join('\n'))?.[1];
    assert.ok(promised !== undefined && running.output.includes(promised), running.output);
  });

  it('has no other code that could be wrong', () => {
    const known = new Set([...SETUPS, APPLICATION, SCRIPTS]);
    const unknown = BLOCKS.filter(
      ({ language, heading, text }) =>
        !known.has(heading) &&
        !(language === 'sh' && /^npm install|otel-sentry-bridge\/register/m.test(text)),
    );
    assert.deepEqual(unknown, []);
    assert.deepEqual(
      BLOCKS.filter(({ language }) => !['js', 'sh'].includes(language)),
      [],
    );
  });

  it('names the versions that the compatibility fixtures install', () => {
    const fixtures = join(ROOT, 'test/compat');
    const versions = readdirSync(fixtures)
      .filter(name => name.startsWith('otel-'))
      .map(name => dependenciesOf(join(fixtures, name, 'package.json')));
    const documented = column(README.table('Compatibility'), 'tested with').join('\n');
    const versionsOf = (name: string): string[] => versions.map(found => found[name] ?? '');
    const sdks = versionsOf('@opentelemetry/core');
    const apis = versionsOf('@opentelemetry/api');
    const compilers = versionsOf('typescript');
    assert.ok(documented.includes(listed(apis)), listed(apis));
    assert.ok(documented.includes(listed(sdks.map(minorOf))), listed(sdks.map(minorOf)));
    assert.ok(documented.includes(listed(compilers.map(minorOf))), listed(compilers.map(minorOf)));
  });

  it('installs versions that are tested', () => {
    const commands = README.blocks.filter(({ text }) => text.includes('npm install'));
    assert.equal(commands.length, 2);
    for (const { text } of commands) {
      const line = /^# SDK (\d)/.exec(text)?.[1];
      const tested = line === '3' ? 'test/compat/otel-3.1/package.json' : 'package.json';
      const versions = dependenciesOf(join(ROOT, tested));
      const wrong = [...text.matchAll(/(@opentelemetry\/[\w-]+)@([\d.]+)/g)].filter(
        ([, name = '', version = '']) => !`${versions[name] ?? version}.`.startsWith(`${version}.`),
      );
      assert.deepEqual(
        wrong.map(([whole]) => whole),
        [],
      );
    }
  });

  it('has the figures of the last benchmark', () => {
    const script = join(ROOT, '.ci/readme-costs.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  });

  it('names the engines and peers of package.json', () => {
    const manifest = readObject(join(ROOT, 'package.json'));
    const supported = column(README.table('Compatibility'), 'supported').flatMap(codeIn);
    assert.ok(supported.includes(String(objectAt(manifest, 'engines')['node'])));
    const peers = Object.values(objectAt(manifest, 'peerDependencies')).map(String);
    assert.deepEqual(
      peers.filter(range => !supported.includes(range)),
      [],
    );
  });
});

function scriptsBelow(heading: string): CodeBlock[] {
  const found = BLOCKS.filter(block => block.heading === heading && block.language === 'js');
  assert.ok(found.length > 0, `no code below "${heading}"`);
  return found;
}

function commandBelow(heading: string): string {
  const [command] = BLOCKS.filter(block => block.heading === heading && block.language === 'sh');
  assert.ok(command !== undefined, `no command below "${heading}"`);
  return command.text;
}

/** The first line of each block says what file it is. */
function fileNameOf({ text, heading }: CodeBlock): string {
  const name = /^\/\/ ([\w-]+\.[mc]js)\n/.exec(text)?.[1];
  assert.ok(name !== undefined, `a block below "${heading}" names no file`);
  return name;
}

function asTransaction(payload: unknown): Transaction {
  return payload as Transaction;
}

function dependenciesOf(path: string): Record<string, string> {
  const manifest = readObject(path);
  return Object.fromEntries(
    ['dependencies', 'devDependencies'].flatMap(key =>
      Object.entries(objectAt(manifest, key)).map(([name, version]) => [name, String(version)]),
    ),
  );
}

function readObject(path: string): Record<string, unknown> {
  return asObject(JSON.parse(readFileSync(path, 'utf8')));
}

function objectAt(object: Record<string, unknown>, key: string): Record<string, unknown> {
  return asObject(object[key]);
}

function asObject(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** `a, b and c`. */
/** Versions without repetition, old ones first. */
function listed(versions: readonly string[]): string {
  const names = [...new Set(versions)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
