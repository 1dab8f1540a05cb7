import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeSentry } from '../support/fake-sentry.js';
import { ApplicationFolder } from './support/application-folder.js';
import { codeIn, MarkdownFile, ROOT } from './support/documents.js';
import { RunningApplication } from './support/running-application.js';
import { membersOf } from './support/source-text.js';

const TIMEOUT_MILLIS = 30_000;
const DOCUMENT = new MarkdownFile('docs/migration.md');
const EXAMPLE = 'examples/migrating-from-sentry-opentelemetry-10';

/** What an application does with a set-up that has a provider. */
const REQUEST = `
import { trace } from '@opentelemetry/api';
trace.getTracer('app').startActiveSpan('GET /orders', span => span.end());
await provider.forceFlush();
`;

/** Answers nobody wants to see, and one somebody does. */
const STATUSES = `
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
for (const status of [200, 301, 302, 304, 307, 400, 401, 404, 405, 503])
  provider.getTracer('app').startSpan('GET ' + status, { attributes: { 'http.response.status_code': status } }).end();
await bridge.flush();
`;

/** By the name in its first line: what is appended to a block, and what comes of it. */
const RUNS: Readonly<Record<string, { tail: string; transactions: string[]; exported?: string[] }>> = {
  'with-sdk.mjs': { tail: REQUEST, transactions: ['GET /orders'] },
  'quiet.mjs': {
    tail: STATUSES,
    transactions: ['GET 200', 'GET 304', 'GET 400', 'GET 405', 'GET 503'],
  },
  'before/sentry.mjs': { tail: REQUEST, transactions: [], exported: ['GET /orders'] },
  'after/sentry.mjs': { tail: REQUEST, transactions: ['GET /orders'] },
  'before/otlp.mjs': { tail: REQUEST, transactions: [], exported: ['GET /orders'] },
  'after/otlp.mjs': { tail: REQUEST, transactions: ['GET /orders'] },
};

/** Blocks that are files of an example, which is run with the real packages. */
const EXAMPLE_FILES = ['before/otel.mjs', 'after/otel.mjs'];

const blocks = new Map(
  DOCUMENT.blocks.map(({ text }) => {
    const [, name = '', code = ''] = /^\/\/ (\S+)\n([\s\S]*)$/.exec(text) ?? [];
    return [name, code];
  }),
);

describe('docs/migration.md', () => {
  let folder: ApplicationFolder;
  let sentry: FakeSentry;

  before(function () {
    this.timeout(TIMEOUT_MILLIS);
    folder = new ApplicationFolder();
  });
  beforeEach(async () => {
    sentry = await FakeSentry.start();
  });
  afterEach(() => sentry.close());
  after(() => folder.remove());

  it('has only code that is run', () => {
    assert.deepEqual([...blocks.keys()].sort(), [...Object.keys(RUNS), ...EXAMPLE_FILES].sort());
  });

  for (const name of EXAMPLE_FILES)
    it(`shows ${name} as it is in the example`, () => {
      assert.equal(blocks.get(name), readFileSync(join(ROOT, EXAMPLE, name), 'utf8'));
    });

  for (const [name, { tail, transactions, exported = [] }] of Object.entries(RUNS))
    it(`shows ${name} as it works`, async function () {
      this.timeout(TIMEOUT_MILLIS);
      folder.write(name, `${blocks.get(name)}${tail}`);
      const running = new RunningApplication(folder, `node ${name}`, { SENTRY_DSN: sentry.dsn });
      try {
        assert.equal(await running.ended(), 0, running.output);
        assert.equal(running.output, '');
        const sent = sentry
          .accepted('transaction')
          .map(event => String(Reflect.get(Object(event), 'transaction')));
        assert.deepEqual(sent.sort(), transactions);
        assert.deepEqual(running.exported, exported);
      } finally {
        await running.destroy();
      }
    });

  it('names options there are', () => {
    const options = membersOf('options.ts', 'SentryBridgeOptions').map(({ name }) => name);
    const [table] = DOCUMENT.tables.filter(({ rows }) => rows.some(([, after]) => after === 'the same name'));
    assert.ok(table !== undefined);
    const same = table.rows.filter(([, after]) => after === 'the same name');
    assert.deepEqual(
      same.flatMap(([before = '']) => codeIn(before)).filter(name => !options.includes(name)),
      [],
    );
    const renamed = table.rows.flatMap(([, after = '']) => codeIn(after.replace(/\[[^\]]*\]\([^)]*\)/g, '')));
    assert.deepEqual(
      renamed.filter(name => !options.includes(name)),
      [],
    );
  });
});
