import assert from 'node:assert/strict';
import { context, defaultTextMapSetter, propagation, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { linkSentrySdk } from '../../src/link.js';
import { suppressTracing } from '../../src/otel/suppress-tracing.js';
import { parseSentryBaggage } from '../../src/protocol/baggage.js';
import { FakeSdk, SDK_KEY, type Json } from './support/fake-sdk.js';
import { inRemoteSpan, Linked, useContext } from './support/linked.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';

const OOPS = { exception: { values: [{ type: 'Error', value: 'oops' }] } };

describe('linkSentrySdk: errors', () => {
  useContext();

  for (const version of ['8.0.0', '9.47.2', '10.78.0', '11.12.0']) {
    it(`puts an error of version ${version} on the active span, with what its transaction is sent with`, async () => {
      const linked = new Linked({ version });
      const { outer, inner, captured } = linked.span('checkout', outer =>
        linked.span('charge', inner => ({ outer, inner, captured: linked.sdk.capture(OOPS) })),
      );
      const { event, trace } = await captured;
      assert.deepEqual(event['contexts'], {
        trace: {
          trace_id: inner.spanContext().traceId,
          span_id: inner.spanContext().spanId,
          parent_span_id: outer.spanContext().spanId,
        },
      });
      assert.equal(event['transaction'], 'checkout');
      assert.deepEqual(trace, await linked.sentTrace());
    });
  }

  it('says no parent of a root', async () => {
    const linked = new Linked();
    const { event } = await linked.span('work', () => linked.sdk.capture(OOPS));
    assert.deepEqual(Object.keys(traceOf(event)), ['trace_id', 'span_id']);
  });

  it('leaves an error outside of spans as it is', async () => {
    const linked = new Linked();
    linked.span('before', () => undefined);
    assert.deepEqual(await linked.sdk.capture(OOPS), { event: OOPS, trace: undefined });
  });

  for (const type of ['transaction', 'profile', 'replay_event', 'feedback']) {
    it(`leaves a ${type} as it is`, async () => {
      const linked = new Linked();
      const { event, trace } = await linked.span('work', () => linked.sdk.capture({ type }));
      assert.deepEqual({ event, trace }, { event: { type }, trace: undefined });
    });
  }

  it('leaves an event that names another trace as it is', async () => {
    const linked = new Linked();
    const foreign = { ...OOPS, contexts: { trace: { trace_id: TRACE_ID, span_id: SPAN_ID } } };
    const { event, trace } = await linked.span('work', () => linked.sdk.capture(foreign));
    assert.deepEqual({ event, trace }, { event: foreign, trace: undefined });
  });

  it('keeps what the event says of its trace and other contexts', async () => {
    const linked = new Linked();
    const { event } = await linked.span('work', span => {
      const { traceId } = span.spanContext();
      return linked.sdk.capture({ contexts: { app: { a: 1 }, trace: { trace_id: traceId, op: 'db' } } });
    });
    assert.equal(traceOf(event)['op'], 'db');
    assert.deepEqual(contextsOf(event)['app'], { a: 1 });
  });

  it('freezes the sampling context for requests that are made later', async () => {
    const linked = new Linked();
    const { trace, headers } = await linked.span('work', async span => {
      const { trace } = await linked.sdk.capture(OOPS);
      span.updateName('renamed');
      const headers: Record<string, string> = {};
      linked.tracing.propagator.inject(context.active(), headers, defaultTextMapSetter);
      return { trace, headers };
    });
    assert.deepEqual(trace, parseSentryBaggage(headers['baggage']));
  });

  it('passes the sampling context of the caller on', async () => {
    const linked = new Linked();
    const dsc = {
      trace_id: TRACE_ID,
      public_key: 'c'.repeat(32),
      environment: 'caller',
      sample_rand: '0.25',
    };
    const baggage = Object.entries(dsc)
      .map(([key, value]) => `sentry-${key}=${value}`)
      .join();
    const incoming = linked.tracing.propagator.extract(
      ROOT_CONTEXT,
      { 'sentry-trace': `${TRACE_ID}-${SPAN_ID}-1`, baggage },
      { get: (carrier, key) => carrier[key], keys: Object.keys },
    );
    const { event, trace } = await context.with(incoming, () =>
      linked.span('request', () => linked.sdk.capture(OOPS), { kind: SpanKind.SERVER }),
    );
    assert.equal(traceOf(event)['trace_id'], TRACE_ID);
    assert.equal(traceOf(event)['parent_span_id'], SPAN_ID);
    assert.deepEqual(trace, dsc);
  });

  it('finds the sampling context of a span whose request may not carry headers', async () => {
    const linked = new Linked({ bridge: { tracePropagationTargets: ['api.example'] } });
    const request = { 'http.request.method': 'GET', 'url.full': 'https://other.example/' };
    const { trace } = await linked.span('work', () =>
      linked.span('GET', () => linked.sdk.capture(OOPS), { kind: SpanKind.CLIENT, attributes: request }),
    );
    assert.deepEqual(trace, await linked.sentTrace());
  });

  it('finds the sampling context where tracing is suppressed', async () => {
    const linked = new Linked();
    const { trace } = await linked.span('work', () =>
      context.with(suppressTracing(context.active()), () => linked.sdk.capture(OOPS)),
    );
    assert.deepEqual(trace, await linked.sentTrace());
  });

  it('names at least trace and project when no headers may be written at all', async () => {
    const linked = new Linked({ bridge: { tracePropagationTargets: [] } });
    const { event, trace } = await linked.span('work', () => linked.sdk.capture(OOPS));
    assert.deepEqual(trace, { trace_id: traceOf(event)['trace_id'], public_key: SDK_KEY });
  });

  it('takes the registered propagator when no bridge is given', async () => {
    const linked = new Linked();
    const sdk = new FakeSdk().install(linkSentrySdk());
    const capture = () => linked.span('work', () => sdk.capture(OOPS));
    const { event, trace: without } = await capture();
    assert.deepEqual(without, { trace_id: traceOf(event)['trace_id'], public_key: SDK_KEY });
    propagation.setGlobalPropagator(linked.tracing.propagator);
    try {
      const { trace } = await capture();
      assert.ok(isJson(trace) && trace['transaction'] === 'work', JSON.stringify(trace));
    } finally {
      propagation.disable();
    }
  });

  it('puts an error on the trace of a span that is not sampled', async () => {
    const linked = new Linked({ bridge: { tracesSampleRate: 0 } });
    const { span, captured } = linked.span('work', span => ({ span, captured: linked.sdk.capture(OOPS) }));
    const { event, trace } = await captured;
    const { traceId, spanId } = span.spanContext();
    assert.deepEqual(traceOf(event), { trace_id: traceId, span_id: spanId });
    assert.ok(isJson(trace) && trace['sampled'] === 'false');
    assert.equal(event['transaction'], undefined);
  });

  it('puts an error between extract and the first span on the trace of the caller', async () => {
    const linked = new Linked();
    const { event } = await inRemoteSpan(TRACE_ID, SPAN_ID, () => linked.sdk.capture(OOPS));
    assert.deepEqual(traceOf(event), { trace_id: TRACE_ID, span_id: SPAN_ID });
  });

  it('adds the ids without a DSN as well', async () => {
    const linked = new Linked({ publicKey: null });
    const { event, trace } = await linked.span('work', () => linked.sdk.capture(OOPS));
    assert.equal(typeof traceOf(event)['trace_id'], 'string');
    assert.equal(trace, undefined);
  });
});

function contextsOf(event: Json): Json {
  const { contexts } = event;
  assert.ok(isJson(contexts));
  return contexts;
}

function traceOf(event: Json): Json {
  const { trace } = contextsOf(event);
  assert.ok(isJson(trace));
  return trace;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
