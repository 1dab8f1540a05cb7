import assert from 'node:assert/strict';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { AlwaysOnSampler } from '@opentelemetry/sdk-trace-base';
import {
  AFTER_SEGMENT_MILLIS,
  AFTER_WAIT_MILLIS,
  batches,
  lineage,
  spanNamed,
  streaming,
  valueOf,
} from '../support/streaming.js';

describe("traceLifecycle: 'stream'", () => {
  describe('batches', () => {
    it('leave in the next turn when no span of a segment is open any more', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      tracing.start('child', root).end();
      root.end();
      assert.deepEqual(batches(tracing), []);
      await tracing.pass(1);
      assert.deepEqual(batches(tracing), [['child', 'root']]);
    });

    it('wait for what is still open when their segment ends, and leave with its end', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      const late = tracing.start('late', root);
      tracing.start('child', root).end();
      root.end();
      await tracing.pass(400);
      assert.deepEqual(batches(tracing), []);
      late.end();
      await tracing.pass(1);
      assert.deepEqual(batches(tracing), [['child', 'late', 'root']]);
    });

    it('wait no longer than half a second after their segment has ended', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      tracing.start('open', root);
      root.end();
      await tracing.pass(499);
      assert.deepEqual(batches(tracing), []);
      await tracing.pass(2);
      assert.deepEqual(batches(tracing), [['root']]);
    });

    it('wait for each other when they start after their segment has left', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      root.end();
      await tracing.pass(1);
      for (let index = 0; index < 3; index++) {
        tracing.start('late', root).end();
        await tracing.pass(1000);
      }
      assert.deepEqual(batches(tracing), [['root']]);
      await tracing.pass(AFTER_WAIT_MILLIS);
      assert.deepEqual(batches(tracing), [['root'], ['late', 'late', 'late']]);
    });

    it('do not wait for what is ignored', async () => {
      const tracing = streaming({ ignoreSpans: ['noise'] });
      const root = tracing.start('root');
      const noise = tracing.start('noise', root);
      root.end();
      await tracing.pass(10);
      noise.end();
      await tracing.pass(1);
      assert.deepEqual(batches(tracing), [['root']]);
    });

    it('are not made of what hooks end meanwhile, which might go on for ever', async () => {
      let made = 0;
      const tracing = streaming({
        beforeSendSpan(span) {
          if (made++ < 1000) tracing.start('made').end();
          return span;
        },
      });
      tracing.start('root').end();
      await tracing.processor.forceFlush();
      assert.deepEqual(batches(tracing), [['root']]);
      assert.equal(made, 1);
    });

    it('are made once more of what hooks end when the process has nothing left to do', async () => {
      const tracing = streaming({
        beforeSendSpan(span) {
          if (span.description === 'root') tracing.start('made').end();
          return span;
        },
      });
      tracing.start('root').end();
      tracing.exit();
      await tracing.pipeline.settled();
      assert.deepEqual(batches(tracing), [['root'], ['made']]);
    });

    it('do not wait for another segment of their trace that is open', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      const other = tracing.start('other', trace.wrapSpanContext({ ...root.spanContext(), isRemote: true }));
      tracing.start('step', other).end();
      root.end();
      await tracing.pass(1);
      assert.deepEqual(batches(tracing), [['root', 'step']]);
      other.end();
      await tracing.pass(1);
      assert.deepEqual(batches(tracing), [['root', 'step'], ['other']]);
    });

    it('leave five seconds after their first span, while the root is open', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      tracing.start('first', root).end();
      await tracing.pass(3000);
      tracing.start('second', root).end();
      await tracing.pass(1999);
      assert.deepEqual(batches(tracing), []);
      await tracing.pass(2);
      assert.deepEqual(batches(tracing), [['first', 'second']]);
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.deepEqual(batches(tracing), [['first', 'second'], ['root']]);
    });

    it('leave at once when there are a thousand spans', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      for (let index = 0; index < 2500; index++) tracing.start('step', root).end();
      await tracing.pass(5);
      assert.deepEqual(
        tracing.mailbox.containers.map(({ length }) => length),
        [1000, 1000],
      );
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.equal(tracing.mailbox.spans.length, 2501);
      assert.deepEqual(tracing.losses(), {});
    });

    it('leave at once when there are five megabytes, and are no larger', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      const attributes = Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [`note.${index}`, 'ä'.repeat(5000)]),
      );
      for (let index = 0; index < 20; index++) tracing.start('step', root, { attributes }).end();
      await tracing.pass(5);
      const sizes = tracing.mailbox.envelopes.flatMap(({ items }) =>
        items.map(({ payload }) => payload.length),
      );
      assert.ok(sizes.length >= 2, `${sizes.length} containers`);
      for (const size of sizes) assert.ok(size <= 5_000_100, `${size} bytes`);
      root.end();
      await tracing.processor.forceFlush();
      assert.equal(tracing.mailbox.spans.length, 21);
    });

    it('leave with a flush, and wait for the answer', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      tracing.start('child', root).end();
      let answer: () => void = () => undefined;
      tracing.mailbox.answer = () => new Promise(resolve => (answer = () => resolve({ statusCode: 200 })));
      let isDone = false;
      const flushed = tracing.processor.forceFlush().then(() => (isDone = true));
      await tracing.pass(0);
      assert.deepEqual(batches(tracing), [['child']]);
      assert.equal(isDone, false);
      answer();
      await flushed;
      root.end();
    });

    it('hold one trace each, whose id their sampling context has', async () => {
      const tracing = streaming();
      for (const name of ['a', 'b', 'c']) {
        const root = tracing.start(name);
        tracing.start(`below ${name}`, root).end();
        root.end();
      }
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.deepEqual(batches(tracing).sort(), [
        ['a', 'below a'],
        ['b', 'below b'],
        ['below c', 'c'],
      ]);
      for (const { headers, items } of tracing.mailbox.envelopes) {
        assert.ok(headers['trace']);
        assert.equal(headers['event_id'], undefined);
        assert.equal(items.length, 1);
      }
    });

    it('have one timer for all traces, and none when nothing waits', async () => {
      const tracing = streaming();
      const before = tracing.clock.pendingTimers;
      for (let index = 0; index < 50; index++) {
        const root = tracing.start('root');
        tracing.start('child', root).end();
        root.end();
      }
      assert.equal(tracing.clock.pendingTimers - before, 1);
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.equal(tracing.clock.pendingTimers, before);
    });
  });

  it('sends no span that is not ended, and late ones when they end, without any mark', async () => {
    const tracing = streaming();
    const root = tracing.start('root');
    const stuck = tracing.start('stuck', root);
    tracing.start('below stuck', stuck).end();
    const late = tracing.start('late', root);
    root.end();
    await tracing.pass(AFTER_WAIT_MILLIS);
    assert.deepEqual(batches(tracing), [['below stuck', 'root']]);
    late.end();
    await tracing.pass(AFTER_WAIT_MILLIS);
    const sent = spanNamed(tracing, 'late');
    assert.equal(sent.is_segment, false);
    assert.equal(sent.parent_span_id, root.spanContext().spanId);
    assert.equal(valueOf(sent, 'sentry.segment.id'), root.spanContext().spanId);
    assert.equal(valueOf(sent, 'sentry.segment.name'), 'root');
    assert.equal(valueOf(sent, 'sentry.parent_span_already_sent'), undefined);
    await tracing.processor.shutdown();
    assert.equal(tracing.mailbox.spans.length, 3);
    assert.deepEqual(tracing.losses(), {});
  });

  it('makes segments of roots, whatever is above them in other processes', async () => {
    const tracing = streaming({ tracesSampleRate: 0.9999999 });
    const parent = {
      traceId: '771a43a4192642f0b136d5159a501700',
      spanId: '1234567890abcdef',
      traceFlags: TraceFlags.NONE,
      isRemote: true,
    };
    const root = tracing.tracer.startSpan('root', {}, trace.setSpanContext(ROOT_CONTEXT, parent));
    tracing.start('child', root, { kind: SpanKind.SERVER }).end();
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    const [segment, child] = [spanNamed(tracing, 'root'), spanNamed(tracing, 'child')];
    assert.equal(segment.is_segment, true);
    assert.equal(segment.parent_span_id, '1234567890abcdef');
    assert.deepEqual(segment.attributes['sentry.sample_rate'], { type: 'double', value: 0.9999999 });
    assert.equal(valueOf(segment, 'sentry.segment.name.source'), 'custom');
    assert.equal(child.is_segment, false);
    assert.equal(valueOf(child, 'sentry.sample_rate'), undefined);
    assert.equal(valueOf(child, 'sentry.segment.name.source'), undefined);
  });

  it('tells of application, process and machine', async () => {
    const tracing = streaming({
      release: 'shop@1.2',
      environment: 'test',
      dist: '7',
      serverName: 'web-1',
      resource: { 'service.name': 'shop', 'cloud.provider': 'aws', 'cloud.region': 'eu-west-1' },
    });
    const root = tracing.start('root');
    tracing.start('child', root).end();
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    const [segment, child] = [spanNamed(tracing, 'root'), spanNamed(tracing, 'child')];
    for (const span of [segment, child]) {
      assert.equal(valueOf(span, 'sentry.release'), 'shop@1.2');
      assert.equal(valueOf(span, 'sentry.environment'), 'test');
      assert.equal(valueOf(span, 'sentry.dist'), '7');
      assert.equal(valueOf(span, 'sentry.sdk.name'), 'otel-sentry-bridge');
      assert.equal(valueOf(span, 'sentry.trace_lifecycle'), 'stream');
    }
    const onSegments = ['os.name', 'process.runtime.version', 'device.memory_size', 'app.start_time'];
    for (const name of onSegments) {
      assert.notEqual(valueOf(segment, name), undefined, name);
      assert.equal(valueOf(child, name), undefined, name);
    }
    assert.deepEqual(segment.attributes['device.archs'], { type: 'array', value: [process.arch] });
    assert.equal(valueOf(segment, 'service.name'), 'shop');
    assert.equal(valueOf(segment, 'cloud.region'), 'eu-west-1');
    assert.equal(valueOf(segment, 'host.name'), 'web-1');
  });

  it('passes user and tags of a root on to all of its spans, as far as they are known', async () => {
    const tracing = streaming({ sendDefaultPii: true, tags: { team: 'a' }, tagAttributes: ['tenant'] });
    const root = tracing.start('root');
    tracing.start('before', root).end();
    await tracing.pass(AFTER_WAIT_MILLIS);
    root.setAttributes({
      'user.id': 'u1',
      'enduser.role': 'admin',
      tenant: 'acme',
      'sentry.tag.plan': 'pro',
    });
    tracing.start('after', root, { attributes: { team: 'own' } }).end();
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    tracing.start('late', root).end();
    await tracing.pass(AFTER_WAIT_MILLIS);
    const told = (name: string) =>
      ['user.id', 'tenant', 'plan', 'team'].map(attribute => valueOf(spanNamed(tracing, name), attribute));
    assert.deepEqual(told('before'), [undefined, undefined, undefined, 'a']);
    assert.deepEqual(told('after'), ['u1', 'acme', 'pro', 'own']);
    assert.deepEqual(told('late'), ['u1', 'acme', 'pro', 'a']);
    assert.deepEqual(told('root'), ['u1', 'acme', 'pro', 'a']);
  });

  it('says in two statuses and a message how a span ended', async () => {
    const tracing = streaming();
    const root = tracing.start('root');
    const outcomes = {
      fine: {},
      failed: { status: { code: SpanStatusCode.ERROR, message: 'no stock' } },
      late: { status: { code: SpanStatusCode.ERROR, message: 'deadline_exceeded' } },
      cancelled: { status: { code: SpanStatusCode.ERROR, message: 'cancelled' } },
      missing: { attributes: { 'http.response.status_code': 404 } },
    };
    for (const [name, { status, attributes }] of Object.entries<{
      status?: { code: SpanStatusCode; message: string };
      attributes?: Record<string, number>;
    }>(outcomes)) {
      const span = tracing.start(name, root, { attributes: attributes ?? {} });
      if (status !== undefined) span.setStatus(status);
      span.end();
    }
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    const told = Object.keys(outcomes).map(name => {
      const span = spanNamed(tracing, name);
      return [name, span.status, valueOf(span, 'sentry.status.message')];
    });
    assert.deepEqual(told, [
      ['fine', 'ok', undefined],
      ['failed', 'error', 'no stock'],
      ['late', 'error', 'deadline_exceeded'],
      ['cancelled', 'ok', 'cancelled'],
      ['missing', 'error', 'not_found'],
    ]);
  });

  it('sends links with typed attributes, and measurements with their units', async () => {
    const tracing = streaming();
    const context = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: TraceFlags.SAMPLED };
    const root = tracing.start('root', undefined, { links: [{ context, attributes: { n: 1 } }] });
    root.setAttributes({ 'sentry.measurement.cart': 12, 'sentry.measurement.cart.unit': 'kilogram' });
    root.addEvent('lcp', { 'sentry.measurement_value': 1.5, 'sentry.measurement_unit': 'none' });
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    const span = spanNamed(tracing, 'root');
    assert.deepEqual(span.links, [
      {
        trace_id: context.traceId,
        span_id: context.spanId,
        sampled: true,
        attributes: { n: { type: 'integer', value: 1 } },
      },
    ]);
    assert.deepEqual(span.attributes['cart'], { type: 'double', value: 12, unit: 'kilogram' });
    assert.deepEqual(span.attributes['lcp'], { type: 'double', value: 1.5 });
  });

  it('uses the name the application finds for a root, on all spans of it', async () => {
    const tracing = streaming({ transactionName: root => `my ${root.name}` });
    const root = tracing.start('root');
    tracing.start('child', root).end();
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    const segment = spanNamed(tracing, 'my root');
    assert.equal(valueOf(segment, 'sentry.segment.name.source'), 'custom');
    assert.equal(valueOf(spanNamed(tracing, 'child'), 'sentry.segment.name'), 'my root');
  });

  it('knows the name of a segment that was renamed before its spans left', async () => {
    const tracing = streaming();
    const root = tracing.start('first name');
    tracing.start('child', root).end();
    root.updateName('final name');
    await tracing.pass(AFTER_WAIT_MILLIS);
    assert.equal(valueOf(spanNamed(tracing, 'child'), 'sentry.segment.name'), 'final name');
    root.end();
  });

  describe('counts', () => {
    it('what sampling drops as spans alone', async () => {
      for (const sampler of [undefined, new AlwaysOnSampler()]) {
        const tracing = streaming({ tracesSampleRate: 0, ...(sampler && { sampler }) });
        const root = tracing.start('root');
        tracing.start('child', root).end();
        root.end();
        await tracing.pass(AFTER_SEGMENT_MILLIS);
        assert.deepEqual(batches(tracing), []);
        assert.deepEqual(tracing.losses(), { 'sample_rate/span': 2 });
      }
    });

    it('what the network loses by the spans in the container', async () => {
      const tracing = streaming();
      tracing.mailbox.answer = () => ({ statusCode: 500 });
      const root = tracing.start('root');
      tracing.start('child', root).end();
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.deepEqual(tracing.losses(), { 'send_error/span': 2 });
    });

    it('what a rate limit on spans stops, and only that', async () => {
      const tracing = streaming({ captureExceptions: 'all' });
      tracing.mailbox.answer = () => ({
        statusCode: 200,
        headers: { 'x-sentry-rate-limits': '60:span:key, 60:transaction:key' },
      });
      tracing.start('first').end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      const second = tracing.start('second');
      second.recordException(new Error('boom'));
      second.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.deepEqual(batches(tracing), [['first']]);
      assert.equal(tracing.mailbox.errors.length, 1);
      assert.deepEqual(tracing.losses(), { 'ratelimit_backoff/span': 1 });
    });

    it('spans that end after the shutdown', async () => {
      const tracing = streaming();
      const root = tracing.start('root');
      await tracing.processor.shutdown();
      root.end();
      await tracing.pass(AFTER_WAIT_MILLIS);
      assert.deepEqual(batches(tracing), []);
      assert.deepEqual(tracing.losses(), { 'buffer_overflow/span': 1 });
    });

    it('the oldest spans of a burst that leaves no turn to send them', async () => {
      const tracing = streaming({ maxBufferedSpans: 1500 });
      const root = tracing.start('root');
      for (let index = 0; index < 4000; index++) tracing.start('step', root).end();
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      const { 'buffer_overflow/span': lost = 0, ...others } = tracing.losses();
      assert.deepEqual(others, {});
      assert.equal(tracing.mailbox.spans.length + lost, 4001);
      assert.ok(lost > 0 && lost <= 3000, `${lost} lost`);
    });
  });

  it('never sends requests to Sentry, nor what is below them', async () => {
    const tracing = streaming();
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
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    assert.deepEqual(batches(tracing), [['root']]);
    assert.deepEqual(tracing.losses(), {});
  });

  it('neither recurses nor fails when 3,000 spans are nested', async () => {
    const tracing = streaming();
    const chain = [tracing.start('level 0')];
    for (let depth = 1; depth < 3000; depth++) chain.push(tracing.start(`level ${depth}`, chain.at(-1)));
    for (const span of chain.reverse()) span.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    assert.equal(tracing.mailbox.spans.length, 3000);
    assert.equal(lineage(tracing)['level 2999'], 'level 2998');
  });

  it('collects nothing without a DSN', async () => {
    const tracing = streaming({ dsn: undefined });
    tracing.start('root').end();
    await tracing.processor.forceFlush();
    assert.equal(tracing.pipeline.bufferedSpans, 0);
  });
});
