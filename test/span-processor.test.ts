import assert from 'node:assert/strict';
import { SpanKind, TraceFlags, trace, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { AlwaysOnSampler } from '@opentelemetry/sdk-trace-base';
import { SentrySpanProcessor } from '../src/span-processor.js';
import { DSN, Mailbox, Tracing } from './support/tracing.js';

/** Longer than the wait for the turn to end. */
const TURN_MILLIS = 2;
const GRACE_MILLIS = 1000;

describe('SentrySpanProcessor', () => {
  it('sends a root with its children after the turn it ended in', async () => {
    const tracing = new Tracing();
    const root = tracing.start('root');
    const child = tracing.start('child', root);
    child.end();
    root.end();
    assert.deepEqual(tracing.sent, []);
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root', 'child']]);
  });

  it('takes children along that end after their root in the same turn', async () => {
    const tracing = new Tracing({ lateSpanGraceMillis: 0 });
    const root = tracing.start('root');
    const handler = tracing.start('handler', root);
    root.end();
    handler.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root', 'handler']]);
  });

  it('waits for open descendants when their root has ended, up to the grace', async () => {
    const tracing = new Tracing();
    const root = tracing.start('root');
    const stream = tracing.start('stream', root);
    root.end();
    await tracing.pass(GRACE_MILLIS / 2);
    assert.deepEqual(tracing.sent, []);
    stream.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root', 'stream']]);
  });

  it('sends a root without descendants that stay open longer than the grace', async () => {
    const tracing = new Tracing();
    const root = tracing.start('root');
    const open = tracing.start('open', root);
    const below = tracing.start('below', open);
    below.end();
    root.end();
    await tracing.pass(GRACE_MILLIS + TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root', 'below']]);
    const [transaction] = tracing.mailbox.transactions;
    assert.equal(transaction?.spans[0]?.parent_span_id, open.spanContext().spanId);
  });

  it('makes a transaction of its own of a span that ends after its root was sent', async () => {
    const tracing = new Tracing({ lateSpanGraceMillis: 0 });
    const root = tracing.start('root');
    const late = tracing.start('late', root);
    const belowLate = tracing.start('below late', late);
    root.end();
    await tracing.pass(TURN_MILLIS);
    belowLate.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root']], 'waits for its parent, which is open');
    late.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root'], ['late', 'below late']]);
    const { trace: context } = tracing.mailbox.transactions[1]?.contexts ?? {};
    assert.equal(context?.parent_span_id, root.spanContext().spanId);
    assert.equal(context?.trace_id, root.spanContext().traceId);
    assert.equal(context?.data['sentry.parent_span_already_sent'], true);
  });

  it('sends a span that starts after its parent was sent', async () => {
    const tracing = new Tracing();
    const root = tracing.start('root');
    root.end();
    await tracing.pass(TURN_MILLIS);
    tracing.start('afterwards', root).end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root'], ['afterwards']]);
  });

  it('gives late transactions the dynamic sampling context of their trace', async () => {
    const tracing = new Tracing({ lateSpanGraceMillis: 0, tracesSampleRate: 0.99999 });
    const root = tracing.start('root');
    const late = tracing.start('late', root);
    root.end();
    await tracing.pass(TURN_MILLIS);
    late.end();
    await tracing.pass(TURN_MILLIS);
    const [first, second] = tracing.mailbox.envelopes.map(({ headers }) => headers['trace']);
    assert.ok(first);
    assert.deepEqual(second, first);
  });

  it('makes a local root of a span whose parent is remote or was never seen, whatever its kind', async () => {
    for (const isRemote of [true, false]) {
      for (const kind of [SpanKind.INTERNAL, SpanKind.CONSUMER, SpanKind.SERVER]) {
        const tracing = new Tracing();
        const parent = {
          traceId: '771a43a4192642f0b136d5159a501700',
          spanId: '1234567890abcdef',
          traceFlags: TraceFlags.SAMPLED,
          isRemote,
        };
        const root = tracing.tracer.startSpan('root', { kind }, trace.setSpanContext(ROOT_CONTEXT, parent));
        tracing.start('child', root).end();
        root.end();
        await tracing.pass(TURN_MILLIS);
        assert.deepEqual(tracing.sent, [['root', 'child']]);
        assert.equal(tracing.mailbox.transactions[0]?.contexts.trace.parent_span_id, '1234567890abcdef');
      }
    }
  });

  it('keeps spans below a parent that is known only by its context', async () => {
    const tracing = new Tracing();
    const root = tracing.start('root');
    tracing.start('child', trace.wrapSpanContext(root.spanContext())).end();
    root.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root', 'child']]);
  });

  it('counts what does not fit into a transaction, keeping the spans that started first', async () => {
    const tracing = new Tracing({ maxSpansPerTransaction: 3 });
    const root = tracing.start('root');
    const children = Array.from({ length: 20 }, (_, index) => tracing.start(`child ${index}`, root));
    for (const child of children.reverse()) child.end();
    root.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root', 'child 0', 'child 1', 'child 2']]);
    assert.deepEqual(tracing.losses(), { 'buffer_overflow/span': 17 });
  });

  it('drops the oldest spans when too many wait for their roots, and counts them', async () => {
    const tracing = new Tracing({ maxBufferedSpans: 10 });
    const old = tracing.start('old');
    for (let index = 0; index < 8; index++) tracing.start('child of old', old).end();
    const young = tracing.start('young');
    for (let index = 0; index < 4; index++) tracing.start('child of young', young).end();
    old.end();
    young.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent.map(names => names.length).sort(), [1, 5]);
    assert.deepEqual(tracing.losses(), { 'buffer_overflow/span': 8 });
  });

  it('ignores spans that are recorded without being sampled', async () => {
    const tracing = new Tracing({ tracesSampleRate: 0, recordUnsampled: true });
    tracing.start('root').end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, []);
  });

  it('never sends requests to Sentry, nor what is below them', async () => {
    const tracing = new Tracing();
    const attributes = {
      'http.request.method': 'POST',
      'url.full': 'https://o1.ingest.sentry.io/api/42/envelope/?sentry_key=x',
    };
    const root = tracing.start('root');
    const upload = tracing.start('POST', root, { kind: SpanKind.CLIENT, attributes });
    tracing.start('tcp.connect', upload).end();
    upload.end();
    tracing.start('POST', undefined, { kind: SpanKind.CLIENT, attributes }).end();
    root.end();
    await tracing.pass(TURN_MILLIS);
    assert.deepEqual(tracing.sent, [['root']]);
    assert.deepEqual(tracing.losses(), {});
  });

  it('sends every root of a turn in which many end', async () => {
    const tracing = new Tracing();
    for (let index = 0; index < 200; index++) tracing.start(`root ${index}`).end();
    await tracing.pass(20);
    assert.equal(tracing.sent.length, 200);
  });

  it('arms one timer for all roots of a turn and none per span', () => {
    const tracing = new Tracing();
    const before = tracing.clock.pendingTimers;
    for (let index = 0; index < 50; index++) {
      const root = tracing.start('root');
      tracing.start('child', root).end();
      root.end();
    }
    assert.equal(tracing.clock.pendingTimers - before, 1);
  });

  describe('with a sampler of others', () => {
    it("takes Sentry's decision itself at every local root and counts what it drops", async () => {
      const tracing = new Tracing({ sampler: new AlwaysOnSampler(), tracesSampleRate: 0 });
      const root = tracing.start('root');
      tracing.start('child', root).end();
      root.end();
      await tracing.pass(TURN_MILLIS);
      assert.deepEqual(tracing.sent, []);
      assert.deepEqual(tracing.losses(), { 'sample_rate/transaction': 1, 'sample_rate/span': 2 });
    });

    it('passes that decision on in the headers', () => {
      const tracing = new Tracing({ sampler: new AlwaysOnSampler(), tracesSampleRate: 0 });
      const root = tracing.start('root');
      const child = tracing.start('child', root);
      const headers: Record<string, string> = {};
      tracing.propagator.inject(trace.setSpan(ROOT_CONTEXT, child), headers, {
        set: (carrier: typeof headers, key, value) => void (carrier[key] = value),
      });
      assert.match(headers['sentry-trace'] ?? '', /-0$/);
      assert.match(headers['baggage'] ?? '', /sentry-sample_rate=0/);
    });

    it('keeps about the share it is told to, the same traces in every process', async () => {
      const kept = async () => {
        const tracing = new Tracing({ sampler: new AlwaysOnSampler(), tracesSampleRate: 0.5 });
        for (let index = 0; index < 400; index++) {
          const traceId = index.toString(16).padStart(32, 'a');
          const parent = { traceId, spanId: '1234567890abcdef', traceFlags: TraceFlags.NONE, isRemote: true };
          tracing.tracer.startSpan('root', {}, trace.setSpanContext(ROOT_CONTEXT, parent)).end();
        }
        await tracing.pass(50);
        return tracing.mailbox.transactions.map(({ contexts }) => contexts.trace.trace_id).sort();
      };
      const first = await kept();
      assert.ok(first.length > 140 && first.length < 260, `kept ${first.length} of 400`);
      assert.deepEqual(await kept(), first);
    });

    it('sends nothing and counts nothing when no rate is set', async () => {
      const tracing = new Tracing({ sampler: new AlwaysOnSampler(), tracesSampleRate: undefined });
      tracing.start('root').end();
      await tracing.pass(TURN_MILLIS);
      assert.deepEqual(tracing.sent, []);
      assert.deepEqual(tracing.losses(), {});
    });
  });

  describe('forceFlush()', () => {
    it('sends every tree whose root has ended, and waits for the answer', async () => {
      const tracing = new Tracing();
      let answer: () => void = () => undefined;
      tracing.mailbox.answer = () => new Promise(resolve => (answer = () => resolve({ statusCode: 200 })));
      const root = tracing.start('root');
      const open = tracing.start('open', root);
      root.end();
      tracing.start('other root');
      let isDone = false;
      const flushed = tracing.processor.forceFlush().then(() => (isDone = true));
      await tracing.pass(0);
      assert.deepEqual(tracing.sent, [['root']]);
      assert.equal(isDone, false);
      answer();
      await flushed;
      open.end();
    });

    it('rejects when Sentry does not answer in time', async () => {
      const tracing = new Tracing({ shutdownTimeoutMillis: 50 });
      tracing.mailbox.answer = () => new Promise(() => undefined);
      tracing.start('root').end();
      const flushed = assert.rejects(tracing.processor.forceFlush(), /within 50 ms/);
      await tracing.pass(60);
      await flushed;
    });
  });

  describe('shutdown()', () => {
    it('sends finished subtrees of open roots as transactions of their own', async () => {
      const tracing = new Tracing();
      const root = tracing.start('root');
      const child = tracing.start('child', root);
      tracing.start('grandchild', child).end();
      child.end();
      const open = tracing.start('open', root);
      tracing.start('below open', open).end();
      await tracing.processor.shutdown();
      assert.deepEqual(tracing.sent.sort(), [['below open'], ['child', 'grandchild']]);
      const [first] = tracing.mailbox.transactions;
      assert.equal(first?.contexts.trace.trace_id, root.spanContext().traceId);
      assert.ok(first?.contexts.trace.parent_span_id);
    });

    it('counts spans that end afterwards', async () => {
      const tracing = new Tracing();
      const root = tracing.start('root');
      await tracing.processor.shutdown();
      root.end();
      await tracing.pass(TURN_MILLIS);
      assert.deepEqual(tracing.sent, []);
      assert.deepEqual(tracing.losses(), { 'buffer_overflow/span': 1 });
    });
  });

  it('collects nothing without a DSN', async () => {
    const tracing = new Tracing({ dsn: undefined });
    tracing.start('root').end();
    await tracing.processor.forceFlush();
    assert.deepEqual(tracing.sent, []);
    assert.equal(tracing.pipeline.bufferedSpans, 0);
  });

  it('never throws at spans it cannot read', () => {
    const processor = new SentrySpanProcessor({
      dsn: DSN,
      tracesSampleRate: 1,
      transport: new Mailbox(),
    });
    const broken: Span[] = [
      Object.create({ spanContext: () => ({ traceId: 1, spanId: null, traceFlags: 1 }) }),
      Object.create({
        spanContext() {
          throw new Error('broken');
        },
      }),
    ];
    for (const span of broken) {
      assert.doesNotThrow(() => Reflect.apply(processor.onStart, processor, [span, ROOT_CONTEXT]));
      assert.doesNotThrow(() => Reflect.apply(processor.onEnd, processor, [span]));
    }
  });
});
