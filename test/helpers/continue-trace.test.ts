import assert from 'node:assert/strict';
import { context, propagation, trace, type Span } from '@opentelemetry/api';
import { continueTrace, type TraceCarrier } from '../../src/index.js';
import { getIncomingTrace } from '../../src/trace-state/incoming-trace.js';
import { CARRIER_SHAPES, Metadata } from '../support/carrier-shapes.js';
import {
  DSC,
  OTHER_TRACE_ID,
  remoteSpan,
  sentryHeaders,
  sentryTrace,
  SPAN_ID,
  TRACE_ID,
  traceparent,
} from '../support/trace-headers.js';
import { RecordedLog } from '../support/recorded-log.js';
import { untypedCall } from '../support/untyped.js';
import { App, unregister } from './support/app.js';

/** Shapes that an application hands over itself; metadata of gRPC can only be asked for one name at a time. */
const SHAPES = CARRIER_SHAPES.filter(({ create }) => !(create({}) instanceof Metadata));

function startSpan(name = 'work'): Span {
  return trace.getTracer('test').startSpan(name);
}

describe('continueTrace', () => {
  let app: App;
  beforeEach(() => {
    app = new App({ tracesSampleRate: 0 });
  });
  afterEach(unregister);

  it('runs the function below the span of the caller, without a span of its own', () => {
    continueTrace(sentryHeaders(true), () => {
      assert.deepEqual(
        { ...trace.getActiveSpan()?.spanContext(), traceState: undefined },
        { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true, traceState: undefined },
      );
      assert.equal(trace.getActiveSpan()?.isRecording(), false);
    });
    assert.equal(trace.getActiveSpan(), undefined);
  });

  it('has spans follow the decision of the caller', () => {
    for (const sampled of [true, false]) {
      const span = continueTrace(sentryHeaders(sampled), () => startSpan());
      assert.equal(span.spanContext().traceId, TRACE_ID);
      assert.equal(span.isRecording(), sampled);
    }
  });

  it('has the transaction name the caller as its parent', async () => {
    continueTrace(sentryHeaders(true), () => startSpan('job').end());
    const { contexts } = await app.transaction();
    assert.deepEqual([contexts.trace.trace_id, contexts.trace.parent_span_id], [TRACE_ID, SPAN_ID]);
  });

  it('hands the context of the head on', () => {
    continueTrace(sentryHeaders(true), () => {
      assert.deepEqual({ ...getIncomingTrace(context.active(), TRACE_ID)?.dsc }, { ...DSC });
    });
  });

  it('gives what the function gives', async () => {
    assert.equal(
      continueTrace({}, () => 7),
      7,
    );
    assert.equal(
      continueTrace({}, () => undefined),
      undefined,
    );
    assert.equal(await continueTrace({}, () => Promise.resolve('later')), 'later');
  });

  it('passes on what the function throws', async () => {
    const error = new Error('broken');
    assert.throws(
      () =>
        continueTrace(sentryHeaders(true), () => {
          throw error;
        }),
      error,
    );
    await assert.rejects(
      continueTrace(sentryHeaders(true), () => Promise.reject(error)),
      error,
    );
    assert.equal(trace.getActiveSpan(), undefined);
  });

  it('holds while the function waits', async () => {
    await continueTrace(sentryHeaders(true), async () => {
      await new Promise(resolve => setImmediate(resolve));
      assert.equal(trace.getActiveSpan()?.spanContext().traceId, TRACE_ID);
    });
  });

  describe('within another trace', () => {
    const within = <T>(body: () => T): T => {
      const outer = trace.setSpanContext(
        context.active(),
        remoteSpan({ traceId: OTHER_TRACE_ID, traceFlags: 1 }),
      );
      return context.with(outer, body);
    };

    it('goes on with that of the headers', () => {
      within(() =>
        continueTrace(sentryHeaders(true), () => assert.equal(startSpan().spanContext().traceId, TRACE_ID)),
      );
    });

    for (const [what, carrier] of [
      ['none', {}],
      ['baggage alone', { baggage: sentryHeaders().baggage }],
      ['a broken one', { 'sentry-trace': 'broken' }],
    ] as const) {
      it(`begins a new one when the headers name ${what}`, () => {
        within(() =>
          continueTrace(carrier, () => {
            assert.equal(trace.getActiveSpan(), undefined);
            assert.notEqual(startSpan().spanContext().traceId, OTHER_TRACE_ID);
          }),
        );
      });
    }

    it('forgets the headers of an outer one', () => {
      continueTrace(sentryHeaders(true), () =>
        continueTrace({}, () => assert.equal(getIncomingTrace(context.active(), TRACE_ID), undefined)),
      );
    });

    it('leaves it as it was afterwards', () => {
      within(() => {
        continueTrace(sentryHeaders(true), () => undefined);
        assert.equal(trace.getActiveSpan()?.spanContext().traceId, OTHER_TRACE_ID);
      });
    });
  });

  it('keeps the baggage of the application', () => {
    const baggage = propagation.createBaggage({ tenant: { value: '42' } });
    context.with(propagation.setBaggage(context.active(), baggage), () =>
      continueTrace({ 'sentry-trace': sentryTrace(true) }, () =>
        assert.equal(propagation.getActiveBaggage()?.getEntry('tenant')?.value, '42'),
      ),
    );
  });

  it('reads whatever the registered propagators read', () => {
    continueTrace({ traceparent: traceparent(), baggage: 'tenant=42' }, () => {
      assert.equal(trace.getActiveSpan()?.spanContext().traceId, TRACE_ID);
      assert.equal(propagation.getActiveBaggage()?.getEntry('tenant')?.value, '42');
    });
  });

  for (const { name, create } of SHAPES) {
    it(`reads ${name}`, () => {
      const carrier = create({ host: 'shop', ...sentryHeaders(true) });
      const incoming: unknown = untypedCall(
        continueTrace,
        carrier,
        () => getIncomingTrace(context.active(), TRACE_ID)?.dsc,
      );
      assert.deepEqual({ ...Object(incoming) }, { ...DSC });
    });
  }

  for (const name of ['Sentry-Trace', 'SENTRY-TRACE', 'sEnTrY-tRaCe']) {
    const carriers: readonly TraceCarrier[] = [
      { [name]: sentryTrace(true) },
      new Map([[name, sentryTrace(true)]]),
      new Headers([[name, sentryTrace(true)]]),
    ];
    for (const carrier of carriers) {
      it(`finds ${name} in ${carrier.constructor.name}`, () => {
        continueTrace(carrier, () => assert.equal(trace.getActiveSpan()?.spanContext().traceId, TRACE_ID));
      });
    }
  }

  for (const carrier of [undefined, null, 7, 'sentry-trace', [], [[]], new Set(['x']), new Map([[7, 'x']])]) {
    it(`runs the function outside of a trace for ${Object.prototype.toString.call(carrier)} ${JSON.stringify(carrier)}`, () => {
      const result = untypedCall(continueTrace, carrier, () => trace.getActiveSpan() ?? 'ran');
      assert.equal(result, 'ran');
    });
  }

  it('finds W3C headers in any case as well', () => {
    continueTrace({ Traceparent: traceparent(), TraceState: 'vendor=1', BAGGAGE: 'tenant=42' }, () => {
      assert.equal(trace.getActiveSpan()?.spanContext().traceId, TRACE_ID);
      assert.equal(trace.getActiveSpan()?.spanContext().traceState?.serialize(), 'vendor=1');
      assert.equal(propagation.getActiveBaggage()?.getEntry('tenant')?.value, '42');
    });
  });

  for (const carrier of [undefined, null, {}]) {
    it(`has nothing to complain about for ${JSON.stringify(carrier)}`, () => {
      const log = new RecordedLog();
      try {
        untypedCall(continueTrace, carrier, () => undefined);
        assert.deepEqual(log.lines, []);
      } finally {
        log.stop();
      }
    });
  }

  it('runs the function when no propagator is registered', () => {
    propagation.disable();
    assert.equal(
      continueTrace(sentryHeaders(true), () => trace.getActiveSpan() ?? 'ran'),
      'ran',
    );
  });

  it('runs the function when nothing at all is registered', () => {
    unregister();
    assert.equal(
      continueTrace(sentryHeaders(true), () => 'ran'),
      'ran',
    );
  });
});
