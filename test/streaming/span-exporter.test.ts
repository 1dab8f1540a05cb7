import assert from 'node:assert/strict';
import { ROOT_CONTEXT, SpanKind, type Span, type SpanOptions } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  SimpleSpanProcessor,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import type { SentryBridgeOptions } from '../../src/options.js';
import { SentrySampler } from '../../src/sampler.js';
import { createShared } from '../../src/shared.js';
import { SentrySpanExporter } from '../../src/span-exporter.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { attachSegment } from '../../src/trace-state/state-carrier.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { buildSpan, TRACE_ID } from '../support/spans.js';
import { below, DSN, Mailbox } from '../support/tracing.js';

const TURN_MILLIS = 3;

/** A provider of the SDK with the exporter behind a processor of the SDK's. */
class Exporting {
  readonly clock = new FakeClock();
  readonly mailbox = new Mailbox();
  readonly exporter: SentrySpanExporter;
  readonly provider: BasicTracerProvider;
  readonly #shared: ReturnType<typeof createShared>;

  constructor(
    options: SentryBridgeOptions = {},
    sampler?: Sampler,
    processor: (exporter: SentrySpanExporter) => BatchSpanProcessor | SimpleSpanProcessor = exporter =>
      new BatchSpanProcessor(exporter),
  ) {
    const all: SentryBridgeOptions = {
      dsn: DSN,
      tracesSampleRate: 1,
      transport: this.mailbox,
      traceLifecycle: 'stream',
      ...options,
    };
    this.#shared = createShared(all, this.clock, () => () => undefined);
    this.exporter = new SentrySpanExporter(all, this.#shared);
    this.provider = new BasicTracerProvider({
      sampler: sampler ?? new SentrySampler(all, this.#shared),
      spanProcessors: [processor(this.exporter)],
    });
  }

  start(name: string, parent?: Span, options: SpanOptions = {}): Span {
    const context = parent === undefined ? ROOT_CONTEXT : below(parent);
    return this.provider.getTracer('test').startSpan(name, options, context);
  }

  /** What the SDK has is exported, and everything that then wants to be sent is sent. */
  async flush(): Promise<void> {
    await this.#while(this.provider.forceFlush());
  }

  async shutdown(): Promise<void> {
    await this.#while(this.provider.shutdown());
  }

  /** Lets time pass until `work` is done. */
  async #while(work: Promise<void>): Promise<void> {
    const result = Promise.allSettled([work]);
    for (let turn = 0; turn < 4; turn++) {
      await this.clock.advanceAsync(TURN_MILLIS);
      await settle();
    }
    await result;
    await work;
  }

  get names(): string[] {
    return this.mailbox.spans.map(({ name }) => name).sort();
  }

  get losses(): Record<string, number> {
    const totals = this.#shared.losses.totals();
    return Object.fromEntries(
      totals.map(({ reason, category, quantity }) => [`${reason}/${category}`, quantity]),
    );
  }
}

describe('SentrySpanExporter in a stream', () => {
  it('sends what a BatchSpanProcessor brings, while the root is open, and waits for the answer', async () => {
    const exporting = new Exporting();
    const root = exporting.start('root');
    const child = exporting.start('child', root);
    exporting.start('grandchild', child).end();
    child.end();
    await exporting.flush();
    assert.deepEqual(exporting.names, ['child', 'grandchild']);
    root.end();
    await exporting.flush();
    assert.deepEqual(exporting.names, ['child', 'grandchild', 'root']);
    const segmentIds = exporting.mailbox.spans.map(
      ({ attributes }) => attributes['sentry.segment.id']?.value,
    );
    assert.deepEqual([...new Set(segmentIds)], [root.spanContext().spanId]);
    assert.deepEqual(
      exporting.mailbox.spans.filter(({ is_segment }) => is_segment).map(({ name }) => name),
      ['root'],
    );
  });

  it('sends the spans of one export of one trace together', async () => {
    const exporting = new Exporting({}, undefined, exporter => new SimpleSpanProcessor(exporter));
    const root = exporting.start('root');
    for (const name of ['a', 'b', 'c']) exporting.start(name, root).end();
    root.end();
    exporting.start('other').end();
    await exporting.flush();
    assert.deepEqual(exporting.mailbox.containers.map(spans => spans.length).sort(), [1, 4]);
  });

  it('answers a failure when Sentry refuses', async () => {
    const exporting = new Exporting();
    exporting.mailbox.answer = () => ({ statusCode: 400 });
    exporting.start('root').end();
    await assert.rejects(exporting.flush());
    assert.deepEqual(exporting.losses, { 'send_error/span': 1 });
  });

  it('moves the children of ignored spans up, in either order within a batch', async () => {
    const exporting = new Exporting({ ignoreSpans: ['skip'] });
    const root = exporting.start('root');
    const skipped = exporting.start('skip', root);
    const after = exporting.start('after', skipped);
    exporting.start('before', skipped).end();
    skipped.end();
    after.end();
    root.end();
    await exporting.flush();
    const parents = exporting.mailbox.spans.map(({ name, parent_span_id }) => [name, parent_span_id]);
    assert.deepEqual(parents.sort(), [
      ['after', root.spanContext().spanId],
      ['before', root.spanContext().spanId],
      ['root', undefined],
    ]);
    assert.deepEqual(exporting.losses, { 'ignored/span': 1 });
  });

  it("waits for the root to take Sentry's decision when another sampler has sampled", async () => {
    for (const tracesSampleRate of [0, 1]) {
      const exporting = new Exporting({ tracesSampleRate }, new AlwaysOnSampler());
      const root = exporting.start('root');
      for (let index = 0; index < 1200; index++) exporting.start('child', root).end();
      await exporting.flush();
      assert.deepEqual(exporting.names, []);
      root.end();
      await exporting.flush();
      assert.equal(exporting.names.length, tracesSampleRate === 1 ? 1201 : 0);
      assert.deepEqual(exporting.losses, tracesSampleRate === 1 ? {} : { 'sample_rate/span': 1201 });
    }
  });

  it('sends neither requests to Sentry nor what is below them', async () => {
    const exporting = new Exporting();
    const root = exporting.start('root');
    const upload = exporting.start('POST', root, {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': 'POST',
        'url.full': 'https://o1.ingest.sentry.io/api/42/envelope/',
      },
    });
    exporting.start('tcp.connect', upload).end();
    upload.end();
    root.end();
    await exporting.flush();
    assert.deepEqual(exporting.names, ['root']);
    assert.deepEqual(exporting.losses, {});
  });

  it('counts what cannot be converted: a span that comes twice, one without ids, one without a time', async () => {
    const exporting = new Exporting();
    const root = buildSpan({ name: 'root' });
    const broken = [
      root,
      buildSpan({ name: 'no id', parent: root, spanId: '0'.repeat(16) }),
      { ...buildSpan({ name: 'no time', parent: root }), startTime: [0, 0], endTime: [0, 0] } as const,
    ];
    for (const span of [root, ...broken])
      attachSegment(span.spanContext(), new SegmentRecord({ traceId: TRACE_ID, sampled: true }));
    exporting.exporter.export([root, ...broken], () => undefined);
    await exporting.flush();
    assert.deepEqual(exporting.names, ['root']);
    assert.deepEqual(exporting.losses, { 'internal_sdk_error/span': 3 });
  });

  it('reports errors of spans whose root has not arrived', async () => {
    const exporting = new Exporting({ captureExceptions: 'all', release: 'shop@1' });
    const root = exporting.start('root');
    const child = exporting.start('child', root);
    child.recordException(new Error('boom'));
    child.end();
    await exporting.flush();
    const [error] = exporting.mailbox.errors;
    assert.equal(error?.contexts.trace.span_id, child.spanContext().spanId);
    assert.equal(error?.release, 'shop@1');
  });

  it('sends everything on shutdown', async () => {
    const exporting = new Exporting();
    const root = exporting.start('root');
    exporting.start('child', root).end();
    await exporting.shutdown();
    assert.deepEqual(exporting.names, ['child']);
    assert.deepEqual(exporting.losses, {});
  });
});
