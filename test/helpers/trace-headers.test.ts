import assert from 'node:assert/strict';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { continueTrace } from '../../src/helpers/continue-trace.js';
import { startSpan } from '../../src/helpers/spans/start-span.js';
import { withSpan } from '../../src/helpers/spans/with-span.js';
import { startNewTrace } from '../../src/helpers/start-new-trace.js';
import { getBaggage, getTraceData, getTraceMetaTags, getTraceparent } from '../../src/helpers/trace-data.js';
import { parseSentryTrace } from '../../src/protocol/sentry-trace.js';
import { sentryHeaders, TRACE_ID } from '../support/trace-headers.js';
import { untypedCall } from '../support/untyped.js';
import { App, unregister } from './support/app.js';

const boom = new Error('boom');

describe('getTraceparent and getBaggage', () => {
  beforeEach(() => void App.register());
  afterEach(unregister);

  it('are the headers of the active span', () => {
    withSpan('work', span => {
      const { traceId, spanId } = span.spanContext();
      assert.deepEqual(parseSentryTrace(getTraceparent()), { traceId, parentSpanId: spanId, sampled: true });
      assert.match(getBaggage() ?? '', new RegExp(`sentry-trace_id=${traceId}`));
      assert.deepEqual(
        { 'sentry-trace': getTraceparent(), baggage: getBaggage() },
        { 'sentry-trace': getTraceData()['sentry-trace'], baggage: getTraceData().baggage },
      );
    });
  });

  it('are those of the context they are given', () => {
    const span = startSpan('work');
    const from = trace.setSpan(ROOT_CONTEXT, span);
    assert.equal(parseSentryTrace(getTraceparent(from))?.traceId, span.spanContext().traceId);
    assert.match(getBaggage(from) ?? '', new RegExp(span.spanContext().traceId));
  });

  it('hold the baggage of the application', () => {
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () =>
      withSpan('work', () => assert.match(getBaggage() ?? '', /^tenant=acme,sentry-/)),
    );
  });

  const silent: [what: string, prepare: () => void][] = [
    ['a span', () => {}],
    ['an SDK', unregister],
    ['a propagator that works', () => propagation.setGlobalPropagator(failingPropagator())],
  ];
  for (const [what, prepare] of silent) {
    it(`are nothing without ${what}, like all trace data`, () => {
      if (what.includes('propagator')) propagation.disable();
      prepare();
      const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
      context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () => {
        const read = () => {
          assert.deepEqual([getTraceparent(), getBaggage(), getTraceMetaTags()], [undefined, undefined, '']);
          assert.deepEqual(getTraceData(), {});
        };
        if (what === 'a span') read();
        else withSpan('work', read);
      });
    });
  }
});

describe('startNewTrace', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  it('begins a trace with each span started at the top', async () => {
    const result = withSpan('request', () =>
      startNewTrace(() => {
        assert.equal(trace.getActiveSpan(), undefined);
        withSpan('first', () => withSpan('below', () => {}));
        withSpan('second', () => {});
        return 7;
      }),
    );
    assert.equal(result, 7);
    const all = await app.transactions();
    assert.equal(new Set(all.map(({ contexts }) => contexts.trace.trace_id)).size, 3);
    assert.deepEqual(app.tracing.sent.sort(), [['first', 'below'], ['request'], ['second']]);
  });

  it('forgets the trace of the caller and keeps the baggage of the application', () => {
    const headers = { ...sentryHeaders(false), baggage: 'tenant=acme' };
    continueTrace(headers, () =>
      startNewTrace(() => {
        assert.equal(propagation.getActiveBaggage()?.getEntry('tenant')?.value, 'acme');
        withSpan('work', span => {
          assert.notEqual(span.spanContext().traceId, TRACE_ID);
          assert.equal(span.isRecording(), true);
        });
      }),
    );
  });

  it('passes on what the function throws', () => {
    assert.throws(
      () =>
        startNewTrace(() => {
          throw boom;
        }),
      boom,
    );
  });
});

describe('continueTrace', () => {
  beforeEach(() => void App.register());
  afterEach(unregister);

  for (const [what, carrier] of [
    ['nothing', undefined],
    ['a number', 7],
    ['a list of numbers', [1, 2]],
    [
      'an object that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw boom;
          },
        },
      ),
    ],
  ] as const) {
    it(`runs the function in a new trace for ${what}`, () => {
      withSpan('outer', () => {
        const active: unknown = untypedCall(continueTrace, carrier, () => trace.getActiveSpan());
        assert.equal(active, undefined);
      });
    });
  }
});

function failingPropagator() {
  return {
    inject: () => {
      throw boom;
    },
    extract: () => {
      throw boom;
    },
    fields: () => [],
  };
}
