import assert from 'node:assert/strict';
import { BasicTracerProvider, BatchSpanProcessor, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import type { SentryBridgeOptions } from '../src/options.js';
import type { ExportResult, ReadableSpan } from '../src/otel/types.js';
import { createShared } from '../src/shared.js';
import { SentrySpanExporter } from '../src/span-exporter.js';
import { FakeClock, settle } from './support/fake-clock.js';
import { buildSpan } from './support/spans.js';
import { below, DSN, Mailbox, namesOf } from './support/tracing.js';
import { runs } from './support/property-runs.js';

const TURN_MILLIS = 3;
const GRACE_MILLIS = 1000;

class Exporting {
  readonly clock = new FakeClock();
  readonly mailbox = new Mailbox();
  readonly exporter: SentrySpanExporter;
  readonly #shared: ReturnType<typeof createShared>;

  constructor(options: SentryBridgeOptions = {}) {
    const all = { dsn: DSN, tracesSampleRate: 1, transport: this.mailbox, ...options };
    this.#shared = createShared(all, this.clock, () => () => undefined);
    this.exporter = new SentrySpanExporter(all, this.#shared);
  }

  export(...spans: ReadableSpan[]): Promise<ExportResult> {
    return new Promise(resolve => this.exporter.export(spans, resolve));
  }

  async pass(millis: number): Promise<void> {
    await this.clock.advanceAsync(millis);
    await settle();
  }

  get sent(): string[][] {
    return namesOf(this.mailbox.transactions);
  }

  get losses(): Record<string, number> {
    const totals = this.#shared.losses.totals();
    return Object.fromEntries(
      totals.map(({ reason, category, quantity }) => [`${reason}/${category}`, quantity]),
    );
  }
}

/** Two trees of one trace, as two requests of the same caller make them, and one of another trace. */
function forest(): ReadableSpan[] {
  const first = buildSpan({ name: 'first', start: 0, end: 100 });
  const handler = buildSpan({ name: 'handler', parent: first, start: 5, end: 90 });
  const query = buildSpan({ name: 'query', parent: handler, start: 10, end: 20 });
  const second = buildSpan({ name: 'second', start: 200, end: 300 });
  const inner = buildSpan({ name: 'inner', parent: second, start: 210, end: 220 });
  const other = buildSpan({ name: 'other', traceId: 'b'.repeat(32), start: 0, end: 10 });
  return [query, handler, first, inner, second, other];
}

const FOREST = [['first', 'handler', 'query'], ['other'], ['second', 'inner']];

describe('SentrySpanExporter', () => {
  it('makes the same transactions of any split and order of batches', async () => {
    const spans = forest();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(spans, { minLength: spans.length }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: spans.length, maxLength: spans.length }),
        async (shuffled, sizes) => {
          const exporting = new Exporting();
          const rest = [...shuffled];
          for (const size of sizes) if (rest.length > 0) void exporting.export(...rest.splice(0, size));
          await exporting.pass(GRACE_MILLIS + TURN_MILLIS);
          assert.deepEqual(exporting.sent.sort(), FOREST);
          assert.deepEqual(exporting.losses, {});
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('holds a root while a parent of its descendants has not arrived, up to the grace', async () => {
    const [query, handler, first] = forest();
    assert.ok(query && handler && first);
    const exporting = new Exporting();
    void exporting.export(query, first);
    await exporting.pass(GRACE_MILLIS / 2);
    assert.deepEqual(exporting.sent, []);
    void exporting.export(handler);
    await exporting.pass(TURN_MILLIS);
    assert.deepEqual(exporting.sent, [['first', 'handler', 'query']]);
  });

  it('sends spans below a parent that never arrives with their root, true parent ids kept', async () => {
    const [query, handler, first] = forest();
    assert.ok(query && handler && first);
    const exporting = new Exporting();
    void exporting.export(query, first);
    await exporting.pass(GRACE_MILLIS + TURN_MILLIS);
    assert.deepEqual(exporting.sent, [['first', 'query']]);
    assert.equal(exporting.mailbox.transactions[0]?.spans[0]?.parent_span_id, handler.spanContext().spanId);
  });

  it('makes a transaction of its own of a child that arrives after its root was sent', async () => {
    const [, handler, first] = forest();
    assert.ok(handler && first);
    const exporting = new Exporting();
    void exporting.export(first);
    await exporting.pass(TURN_MILLIS);
    void exporting.export(handler);
    await exporting.pass(TURN_MILLIS);
    assert.deepEqual(exporting.sent, [['first'], ['handler']]);
    assert.equal(
      exporting.mailbox.transactions[1]?.contexts.trace.data['sentry.parent_span_already_sent'],
      true,
    );
  });

  it('answers when what a batch completed was delivered', async () => {
    const exporting = new Exporting();
    let answer: () => void = () => undefined;
    exporting.mailbox.answer = () => new Promise(resolve => (answer = () => resolve({ statusCode: 200 })));
    let result: ExportResult | undefined;
    void exporting.export(buildSpan({ name: 'root' })).then(given => (result = given));
    await exporting.pass(TURN_MILLIS);
    assert.equal(result, undefined);
    answer();
    await settle();
    assert.deepEqual(result, { code: 0 });
  });

  it('answers at once when a batch completes nothing', async () => {
    const exporting = new Exporting();
    const answered = exporting.export(buildSpan({ name: 'child', parent: 'ab'.repeat(8) }));
    await exporting.pass(TURN_MILLIS);
    assert.deepEqual(await answered, { code: 0 });
  });

  it('answers with a failure when Sentry refuses', async () => {
    const exporting = new Exporting();
    exporting.mailbox.answer = () => ({ statusCode: 400 });
    const answered = exporting.export(buildSpan());
    await exporting.pass(TURN_MILLIS);
    assert.equal((await answered).code, 1);
  });

  it('sends what waits for a root that never came, on shutdown', async () => {
    const [query, handler, , inner] = forest();
    assert.ok(query && handler && inner);
    const exporting = new Exporting();
    void exporting.export(query, handler, inner);
    await exporting.exporter.shutdown();
    assert.deepEqual(exporting.sent.sort(), [['handler', 'query'], ['inner']]);
  });

  it('refuses and counts spans after shutdown', async () => {
    const exporting = new Exporting();
    await exporting.exporter.shutdown();
    const result = await exporting.export(buildSpan(), buildSpan());
    assert.equal(result.code, 1);
    assert.deepEqual(exporting.losses, { 'buffer_overflow/span': 2 });
  });

  it('drops the oldest waiting spans when there are too many, and counts them', async () => {
    const exporting = new Exporting({ maxBufferedSpans: 5 });
    for (let index = 0; index < 9; index++) {
      void exporting.export(buildSpan({ traceId: String(index).repeat(32), parent: 'ab'.repeat(8) }));
    }
    await exporting.exporter.shutdown();
    assert.equal(exporting.mailbox.transactions.length, 5);
    assert.deepEqual(exporting.losses, { 'buffer_overflow/span': 4 });
  });

  it("takes Sentry's decision per local root and counts what it drops", async () => {
    const exporting = new Exporting({ tracesSampleRate: 0 });
    void exporting.export(...forest());
    await exporting.pass(GRACE_MILLIS);
    assert.deepEqual(exporting.sent, []);
    assert.deepEqual(exporting.losses, { 'sample_rate/transaction': 3, 'sample_rate/span': 6 });
  });

  it('never throws when its callback does', async () => {
    const exporting = new Exporting();
    exporting.exporter.export([buildSpan()], () => {
      throw new Error('callback');
    });
    await exporting.pass(TURN_MILLIS);
    assert.equal(exporting.sent.length, 1);
  });

  for (const [name, wrap] of [
    [
      'BatchSpanProcessor',
      (exporter: SentrySpanExporter) =>
        new BatchSpanProcessor(exporter, { maxExportBatchSize: 2, scheduledDelayMillis: 5 }),
    ],
    ['SimpleSpanProcessor', (exporter: SentrySpanExporter) => new SimpleSpanProcessor(exporter)],
  ] as const) {
    it(`delivers complete transactions behind a ${name} by the time its flush is over`, async () => {
      const mailbox = new Mailbox();
      const exporter = new SentrySpanExporter({ dsn: DSN, tracesSampleRate: 1, transport: mailbox });
      const provider = new BasicTracerProvider({ spanProcessors: [wrap(exporter)] });
      const tracer = provider.getTracer('test');
      const root = tracer.startSpan('root');
      for (let index = 0; index < 7; index++) tracer.startSpan(`child ${index}`, {}, below(root)).end();
      const handler = tracer.startSpan('handler', {}, below(root));
      root.end();
      handler.end();
      await provider.forceFlush();
      assert.equal(mailbox.transactions.length, 1);
      assert.equal(mailbox.transactions[0]?.spans.length, 8);
      await provider.shutdown();
    });
  }
});
