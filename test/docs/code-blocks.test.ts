import assert from 'node:assert/strict';
import { ApplicationFolder } from './support/application-folder.js';
import { allDocuments, type CodeBlock } from './support/documents.js';
import { RunningApplication } from './support/running-application.js';

const TIMEOUT_MILLIS = 30_000;

/** What the snippets of a document take for granted. */
const PRELUDES: Readonly<Record<string, string>> = {
  'docs/api.md': '',
  'docs/configuration.md': `import { createSentryBridge } from 'otel-sentry-bridge';`,
  'docs/diagnostics.md': '',
  'docs/helpers.md': `
    import { continueTrace, getTraceData, setTag, traced, withQueueProcess, withQueuePublish, withSpan } from 'otel-sentry-bridge';
    type Image = { scale(factor: number): unknown };
    type Invoice = object;
    const photo = { scale: (factor: number) => factor };
    const deliver = (invoice: Invoice) => invoice;
    const invoice = {};
    const url = 'data:,nothing';
    const order = { id: '1' };
    const message = { id: '1', headers: {} };
    const handle = (handled: object) => handled;
    const queue = { add: (added: object) => added };
  `,
  'docs/privacy.md': `import { createSentryBridge } from 'otel-sentry-bridge';`,
  'docs/profiling.md': '',
  'docs/sentry-sdk.md': '',
  'docs/streaming.md': `import { createSentryBridge } from 'otel-sentry-bridge';`,
  'docs/propagation-sampling.md': `
    import { SpanKind, trace } from '@opentelemetry/api';
    import { continueTrace, getTraceData } from 'otel-sentry-bridge';
    const tracer = trace.getTracer('snippet');
    const order = {};
    let message;
    const queue = { publish: published => (message = published) };
    const handle = () => undefined;
  `,
};

/** Ending of the file a snippet becomes. */
const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['js', 'mjs'],
  ['ts', 'mts'],
]);

/** Documents whose blocks are whole files, and run by tests of their own. */
const ELSEWHERE = ['README.md', 'docs/delivery.md', 'docs/migration.md', 'docs/setup.md'];

describe('code in documents', () => {
  const snippets = allDocuments()
    .filter(({ path }) => !ELSEWHERE.includes(path))
    .flatMap(({ path, blocks }) =>
      blocks.filter(({ language }) => LANGUAGES.has(language)).map(block => ({ path, block })),
    );
  let folder: ApplicationFolder;

  before(function () {
    this.timeout(TIMEOUT_MILLIS);
    folder = new ApplicationFolder();
  });
  after(() => folder.remove());

  it('is all of a kind that is known', () => {
    const kinds = new Set(allDocuments().flatMap(({ blocks }) => blocks.map(({ language }) => language)));
    assert.deepEqual(
      [...kinds].filter(kind => !['', 'sh', ...LANGUAGES.keys()].includes(kind)),
      [],
    );
    assert.deepEqual(
      [...new Set(snippets.map(({ path }) => path))].filter(path => PRELUDES[path] === undefined),
      [],
    );
  });

  it('runs', async function () {
    this.timeout(TIMEOUT_MILLIS);
    const names = snippets.map(({ path, block }, index) => {
      const name = `snippet-${index}.${LANGUAGES.get(block.language)}`;
      folder.write(name, withPrelude(path, block));
      return { name, heading: `${path}: ${block.heading}` };
    });
    folder.write('otel.mjs', SETUP);
    folder.write('run-all.mjs', RUN_ALL);
    folder.write('names.json', JSON.stringify(names));
    const running = new RunningApplication(folder, 'node --import tsx run-all.mjs', {});
    assert.equal(await running.ended(), 0, running.output);
    const { output } = running;
    // The logger a snippet sets may say something as well.
    assert.ok(output.endsWith('all ran\n') && !output.includes('failed:'), output);
  });
});

/** Of the application a snippet belongs to. */
const SETUP = `
import { createSentryBridge } from 'otel-sentry-bridge';
export const bridge = createSentryBridge();
`;

const RUN_ALL = `
import { readFileSync } from 'node:fs';
for (const { name, heading } of JSON.parse(readFileSync('names.json', 'utf8'))) {
  try {
    await import('./' + name);
  } catch (error) {
    console.log('failed:', heading, error);
  }
}
console.log('all ran');
`;

function withPrelude(path: string, { text }: CodeBlock): string {
  return `${PRELUDES[path] ?? ''}\n${text}`;
}
