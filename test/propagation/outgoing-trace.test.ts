import assert from 'node:assert/strict';
import {
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import type { SentryBridgeOptions } from '../../src/options.js';
import type { ReadableSpan } from '../../src/otel/types.js';
import { isOfCaller, outgoingTrace } from '../../src/propagation/outgoing-trace.js';
import { formatSentryBaggage } from '../../src/protocol/baggage.js';
import { sampleRandOf } from '../../src/sampling/sample-rand.js';
import { setIncomingTrace } from '../../src/trace-state/incoming-trace.js';
import type { OutgoingTrace } from '../../src/trace-state/outgoing-trace.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { carryState } from '../../src/trace-state/state-carrier.js';
import { contextOf, segmentOf, Service, type ServiceInit } from '../support/service.js';
import { buildSpan } from '../support/spans.js';
import {
  DSC,
  incomingOf,
  OTHER_SPAN_ID,
  OTHER_TRACE_ID,
  PUBLIC_KEY,
  remoteSpan,
  sentryHeaders,
  SPAN_ID,
  TRACE_ID,
} from '../support/trace-headers.js';

const SERVER = { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'GET', 'http.route': '/shop' } };

function outgoing(service: Service, span: Span, context: Context = contextOf(span)): OutgoingTrace {
  return outgoingTrace(context, span, service.shared);
}

function serviceWith(options: SentryBridgeOptions = {}, init: ServiceInit = {}): Service {
  return new Service({ release: 'shop@1', tracesSampleRate: 1, ...options }, init);
}

/** What a head says that knows neither root nor rate. */
function ownDsc(sampled: boolean | undefined, traceId = TRACE_ID): Record<string, string> {
  return {
    environment: 'production',
    release: 'shop@1',
    public_key: PUBLIC_KEY,
    trace_id: traceId,
    org_id: '7',
    ...(sampled !== undefined && { sampled: String(sampled) }),
    sample_rand: sampleRandOf(traceId).toFixed(6),
  };
}

function isReadable(span: Span): span is Span & ReadableSpan {
  return 'startTime' in span && 'resource' in span;
}

describe('outgoingTrace', () => {
  describe('of a span that our sampler saw', () => {
    for (const tracesSampleRate of [0, 1]) {
      it(`says what the sampler noted at rate ${tracesSampleRate}`, () => {
        const service = serviceWith({ tracesSampleRate });
        const root = service.start('GET', ROOT_CONTEXT, SERVER);
        const { sampled, dsc, baggage } = outgoing(service, root);
        assert.equal(sampled, tracesSampleRate === 1);
        assert.equal(dsc, segmentOf(root)?.dsc(service.shared.identify));
        assert.equal(baggage, formatSentryBaggage(dsc));
      });

      it(`says the same of every span below it at rate ${tracesSampleRate}`, () => {
        const service = serviceWith({ tracesSampleRate });
        const root = service.start('GET', ROOT_CONTEXT, SERVER);
        const child = service.start('x', service.start('y', root));
        assert.equal(outgoing(service, child).dsc, outgoing(service, root).dsc);
        assert.equal(outgoing(service, child).sampled, outgoing(service, root).sampled);
      });
    }

    it('sends the context of the head on', () => {
      const service = serviceWith();
      const span = service.start('GET', service.receive(sentryHeaders(true)), SERVER);
      assert.deepEqual({ ...outgoing(service, span).dsc }, { ...DSC });
    });

    it('needs nothing but the span', () => {
      const service = serviceWith();
      const span = service.start('GET', service.receive(sentryHeaders(true)), SERVER);
      assert.deepEqual({ ...outgoing(service, span, contextOf(span, ROOT_CONTEXT)).dsc }, { ...DSC });
    });

    describe('whose route is found later', () => {
      const requestTo = (attributes: Attributes = {}) => ({
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': 'GET', 'url.path': '/shop/5', ...attributes },
      });
      const transactionOf = (out: OutgoingTrace) => out.dsc['transaction'];
      /** A root that a span processor has seen start. */
      const startRoot = (service: Service, options: SpanOptions): Span => {
        const root = service.start('GET', ROOT_CONTEXT, options);
        assert.ok(isReadable(root));
        segmentOf(root)?.attachRoot(root);
        return root;
      };

      it('names the route that a framework has found by then', () => {
        const service = serviceWith();
        const root = startRoot(service, requestTo());
        const rpc = { type: RPCType.HTTP, route: '/shop/:id', span: root } as const;
        const child = service.start('x', root);
        assert.equal(
          transactionOf(outgoing(service, child, setRPCMetadata(contextOf(child), rpc))),
          'GET /shop/:id',
        );
      });

      it('keeps what the resource of the root says', () => {
        const service = new Service({ tracesSampleRate: 1 });
        const root = buildSpan({ ...requestTo(), name: 'GET', resource: { 'service.version': '1.2.3' } });
        const segment = new SegmentRecord({ traceId: TRACE_ID, sampled: true, root });
        const span = trace.wrapSpanContext(
          remoteSpan({ isRemote: false, traceState: carryState({ segment }, undefined) }),
        );
        const key = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');
        const { release, transaction } = outgoing(
          service,
          span,
          contextOf(span).setValue(key, { route: '/shop/:id', span: root }),
        ).dsc;
        assert.deepEqual([release, transaction], ['1.2.3', 'GET /shop/:id']);
      });

      it('names none as long as none is found', () => {
        const service = serviceWith();
        const root = startRoot(service, requestTo());
        const context = setRPCMetadata(contextOf(root), { type: RPCType.HTTP, span: root });
        assert.equal(transactionOf(outgoing(service, root, context)), undefined);
      });

      it('names the route on the span rather than another', () => {
        const service = serviceWith();
        const root = startRoot(service, requestTo({ 'http.route': '/own' }));
        const context = setRPCMetadata(contextOf(root), { type: RPCType.HTTP, route: '/other', span: root });
        assert.equal(transactionOf(outgoing(service, root, context)), 'GET /own');
      });

      it('does not change its mind afterwards', () => {
        const service = serviceWith();
        const root = startRoot(service, requestTo());
        const { baggage } = outgoing(service, root);
        const context = setRPCMetadata(contextOf(root), {
          type: RPCType.HTTP,
          route: '/shop/:id',
          span: root,
        });
        assert.equal(outgoing(service, root, context).baggage, baggage);
      });
    });

    it('leaves open what was left open', () => {
      const service = serviceWith({ httpClientRoots: 'drop' });
      const client = service.start('GET', ROOT_CONTEXT, {
        kind: SpanKind.CLIENT,
        attributes: { 'http.request.method': 'GET' },
      });
      assert.equal(outgoing(service, client).sampled, undefined);
      assert.equal(outgoing(service, service.start('dns', client)).sampled, undefined);
    });
  });

  describe("of the caller's span", () => {
    for (const decision of [true, false, undefined]) {
      it(`passes on a decision of ${decision}, and the context of the head`, () => {
        const service = serviceWith();
        const { sampled: _, ...dsc } = DSC;
        const received = service.receive(sentryHeaders(decision, dsc));
        const span = trace.getSpan(received) ?? assert.fail();
        const out = outgoing(service, span, received);
        assert.equal(out.sampled, decision);
        assert.deepEqual({ ...out.dsc }, dsc);
      });

      it(`passes on a decision of ${decision} when a W3C propagator replaced the span`, () => {
        const service = serviceWith();
        const { sampled: _, ...dsc } = DSC;
        for (const traceFlags of [0, 1]) {
          const received = trace.setSpanContext(
            service.receive(sentryHeaders(decision, dsc)),
            remoteSpan({ traceFlags }),
          );
          const span = trace.getSpan(received) ?? assert.fail();
          assert.equal(outgoing(service, span, received).sampled, decision);
        }
      });
    }

    it('passes an empty context on', () => {
      const service = serviceWith();
      const received = service.receive({ 'sentry-trace': sentryHeaders(true)['sentry-trace'] });
      const out = outgoing(service, trace.getSpan(received) ?? assert.fail(), received);
      assert.deepEqual({ ...out.dsc }, {});
      assert.equal(out.baggage, '');
    });

    it('finds the context on the span when that is put elsewhere', () => {
      const service = serviceWith();
      const span = trace.getSpan(service.receive(sentryHeaders(true))) ?? assert.fail();
      assert.deepEqual({ ...outgoing(service, span).dsc }, { ...DSC });
    });

    const w3c: readonly (readonly [
      flags: number,
      w3cUnsampled: 'defer' | 'inherit',
      sampled: boolean | undefined,
    ])[] = [
      [0, 'defer', undefined],
      [0, 'inherit', false],
      [1, 'defer', true],
      [3, 'inherit', true],
      [2, 'defer', undefined],
    ];
    for (const [traceFlags, w3cUnsampled, sampled] of w3c) {
      it(`says ${sampled} for W3C flags ${traceFlags} with '${w3cUnsampled}', with a context of our own`, () => {
        const service = serviceWith({ w3cUnsampled });
        const out = outgoing(service, trace.wrapSpanContext(remoteSpan({ traceFlags })));
        assert.equal(out.sampled, sampled);
        assert.deepEqual({ ...out.dsc }, ownDsc(sampled));
      });
    }

    it('says nothing of what strict continuation turned down', () => {
      const service = serviceWith();
      const refused = incomingOf({ isRefused: true, sampled: undefined, dsc: {}, sampleRand: 0 });
      const context = trace.setSpanContext(
        setIncomingTrace(ROOT_CONTEXT, refused),
        remoteSpan({ traceFlags: 1 }),
      );
      const out = outgoing(service, trace.getSpan(context) ?? assert.fail(), context);
      assert.equal(out.sampled, undefined);
      assert.deepEqual({ ...out.dsc }, ownDsc(undefined));
    });

    it('ignores the headers of another trace', () => {
      const service = serviceWith();
      const span = trace.wrapSpanContext(remoteSpan({ traceId: OTHER_TRACE_ID, traceFlags: 1 }));
      const out = outgoing(service, span, contextOf(span, service.receive(sentryHeaders(false))));
      assert.equal(out.sampled, true);
      assert.deepEqual({ ...out.dsc }, ownDsc(true, OTHER_TRACE_ID));
    });
  });

  describe('of a span that another sampler decided about', () => {
    it('is its decision, with a context of our own, the same for every span', () => {
      const service = serviceWith({}, { sampler: () => new AlwaysOnSampler(), traceIds: [TRACE_ID] });
      const root = service.start('GET', ROOT_CONTEXT, SERVER);
      const child = service.start('x', root);
      assert.equal(outgoing(service, root).sampled, true);
      assert.deepEqual({ ...outgoing(service, root).dsc }, { ...ownDsc(true), transaction: 'GET /shop' });
      assert.deepEqual({ ...outgoing(service, child).dsc }, ownDsc(true));
    });

    it('is negative when it is not recorded', () => {
      const service = serviceWith({}, { sampler: () => new AlwaysOffSampler(), traceIds: [TRACE_ID] });
      const root = service.start('GET', ROOT_CONTEXT, SERVER);
      assert.equal(outgoing(service, root).sampled, false);
      assert.deepEqual({ ...outgoing(service, root).dsc }, ownDsc(false));
    });

    it('names no root that has a caller here', () => {
      const service = serviceWith({}, { sampler: () => new AlwaysOnSampler() });
      const local = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
      assert.equal('transaction' in outgoing(service, service.start('GET', local, SERVER)).dsc, false);
    });

    it('names a root whose caller is in another process', () => {
      const service = serviceWith({}, { sampler: () => new AlwaysOnSampler() });
      const remote = trace.setSpanContext(ROOT_CONTEXT, remoteSpan());
      assert.equal(outgoing(service, service.start('GET', remote, SERVER)).dsc['transaction'], 'GET /shop');
    });

    it('names a root that is to count as called from another process', () => {
      const service = serviceWith({}, { sampler: () => new AlwaysOnSampler() });
      const local = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
      const attributes = { ...SERVER.attributes, 'sentry.parentIsRemote': true };
      const span = service.start('GET', local, { ...SERVER, attributes });
      assert.equal(outgoing(service, span).dsc['transaction'], 'GET /shop');
    });

    for (const decision of [true, false]) {
      it(`takes over what the caller said: ${decision}`, () => {
        const service = serviceWith({}, { sampler: root => new ParentBasedSampler({ root }) });
        const received = service.receive(sentryHeaders(decision));
        const span = service.start('GET', received, SERVER);
        const child = service.start('x', span);
        for (const each of [span, child]) {
          assert.equal(outgoing(service, each).sampled, decision);
          assert.deepEqual({ ...outgoing(service, each).dsc }, { ...DSC });
        }
      });
    }

    it('says yes when it keeps what the caller dropped', () => {
      const service = serviceWith({}, { sampler: () => new AlwaysOnSampler() });
      const span = service.start('GET', service.receive(sentryHeaders(false)), SERVER);
      assert.equal(outgoing(service, span).sampled, true);
    });

    it('stays open when it drops what the caller left open', () => {
      const service = serviceWith({}, { sampler: () => new AlwaysOffSampler() });
      const { sampled: _, ...dsc } = DSC;
      const span = service.start('GET', service.receive(sentryHeaders(undefined, dsc)), SERVER);
      assert.equal(outgoing(service, span).sampled, undefined);
    });
  });
});

describe('isOfCaller', () => {
  const CALLER = { traceId: TRACE_ID, parentSpanId: SPAN_ID };
  const service = serviceWith();
  const { context: contextOfSpan, spanContext } = (() => {
    const span = service.start('GET', service.receive(sentryHeaders(true)), SERVER);
    return { context: contextOf(span), spanContext: span.spanContext() };
  })();

  it('knows the header the trace arrived with', () => {
    assert.equal(isOfCaller(CALLER, contextOfSpan, spanContext), false);
    assert.equal(isOfCaller(CALLER, setIncomingTrace(contextOfSpan, incomingOf()), spanContext), true);
  });

  it('knows it on the span of the caller', () => {
    const remote = remoteSpan({ traceState: carryState({ incoming: incomingOf() }, undefined) });
    assert.equal(isOfCaller({ ...CALLER, sampled: true }, contextOfSpan, remote), true);
  });

  const others: readonly (readonly [what: string, header: Parameters<typeof isOfCaller>[0]])[] = [
    ['no header', undefined],
    ['another span of the trace', { traceId: TRACE_ID, parentSpanId: OTHER_SPAN_ID }],
    ['the span of another trace', { traceId: OTHER_TRACE_ID, parentSpanId: SPAN_ID }],
  ];
  for (const [what, header] of others) {
    it(`is false for ${what}`, () => {
      assert.equal(isOfCaller(header, setIncomingTrace(contextOfSpan, incomingOf()), spanContext), false);
    });
  }

  it('is false for a trace that begins here', () => {
    const head = service.start('job');
    const { traceId, spanId } = head.spanContext();
    assert.equal(isOfCaller({ traceId, parentSpanId: spanId }, contextOf(head), head.spanContext()), false);
  });

  it('is false for a trace that was turned down', () => {
    const refused = setIncomingTrace(contextOfSpan, incomingOf({ isRefused: true }));
    assert.equal(isOfCaller(CALLER, refused, spanContext), false);
  });
});
