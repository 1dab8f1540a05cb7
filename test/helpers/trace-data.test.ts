import assert from 'node:assert/strict';
import { context, INVALID_SPAN_CONTEXT, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { continueTrace, getTraceData, getTraceMetaTags } from '../../src/index.js';
import { parseSentryTrace } from '../../src/protocol/sentry-trace.js';
import {
  baggageOf,
  DSC,
  sentryHeaders,
  sentryTrace,
  SPAN_ID,
  TRACE_ID,
  traceparent,
} from '../support/trace-headers.js';
import { App, unregister } from './support/app.js';

const { sampled: _, ...UNDECIDED_DSC } = DSC;

function withBaggage<T>(value: string, body: () => T): T {
  const baggage = propagation.createBaggage({ tenant: { value } });
  return context.with(propagation.setBaggage(context.active(), baggage), body);
}

/** What a browser reads in the attributes of the tags. */
function contentsOf(html: string): Record<string, string> {
  const entities: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  const tags = html.matchAll(/<meta name="([^"]*)" content="([^"<>]*)"\/>/g);
  return Object.fromEntries(
    [...tags].map(([, name = '', content = '']) => [
      name,
      content.replace(/&[^;]+;/g, entity => entities[entity] ?? entity),
    ]),
  );
}

describe('getTraceData', () => {
  beforeEach(() => void new App());
  afterEach(unregister);

  it('is what hands the active span on', () => {
    trace.getTracer('test').startActiveSpan('work', span => {
      const { traceId, spanId } = span.spanContext();
      const data = getTraceData();
      assert.deepEqual(Object.keys(data), ['sentry-trace', 'baggage', 'traceparent']);
      assert.equal(data['sentry-trace'], sentryTrace(true, traceId, spanId));
      assert.equal(data.traceparent, traceparent('01', traceId, spanId));
      assert.match(data.baggage ?? '', new RegExp(`sentry-trace_id=${traceId}`));
    });
  });

  it('is what hands the span of the caller on', () => {
    continueTrace(sentryHeaders(true), () => {
      assert.deepEqual(getTraceData(), { ...sentryHeaders(true), traceparent: traceparent('01') });
    });
  });

  for (const sampled of [true, false, undefined]) {
    it(`hands a decision of ${sampled} on`, () => {
      const data = continueTrace(sentryHeaders(sampled, UNDECIDED_DSC), () => getTraceData());
      assert.equal(parseSentryTrace(data['sentry-trace'])?.sampled, sampled);
    });
  }

  it('is that of a context that is not active', () => {
    const span = trace.getTracer('test').startSpan('work');
    const data = getTraceData(trace.setSpan(ROOT_CONTEXT, span));
    assert.equal(parseSentryTrace(data['sentry-trace'])?.parentSpanId, span.spanContext().spanId);
    assert.deepEqual(getTraceData(), {});
  });

  it('prefers the context it is given', () => {
    trace.getTracer('test').startActiveSpan('work', () => assert.deepEqual(getTraceData(ROOT_CONTEXT), {}));
  });

  it('holds the baggage of the application', () => {
    withBaggage('42', () =>
      continueTrace(sentryHeaders(true), () =>
        assert.match(getTraceData().baggage ?? '', /sentry-trace_id=/),
      ),
    );
    continueTrace({ ...sentryHeaders(true), baggage: `tenant=42,${baggageOf(DSC)}` }, () =>
      assert.equal(getTraceData().baggage, `tenant=42,${baggageOf(DSC)}`),
    );
  });

  it('has no baggage when the head of the trace sent none', () => {
    continueTrace({ 'sentry-trace': sentryTrace(true) }, () =>
      assert.equal('baggage' in getTraceData(), false),
    );
  });

  it('can be spread into the headers of a request', () => {
    continueTrace(sentryHeaders(true), () => {
      const headers = new Headers({ accept: '*/*', ...getTraceData() });
      assert.equal(headers.get('sentry-trace'), sentryTrace(true, TRACE_ID, SPAN_ID));
    });
  });

  describe('is empty', () => {
    it('without a span', () => assert.deepEqual(getTraceData(), {}));

    it('for an invalid span', () => {
      assert.deepEqual(getTraceData(trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT)), {});
    });

    it('while tracing is suppressed', () => {
      continueTrace(sentryHeaders(true), () =>
        assert.deepEqual(getTraceData(suppressTracing(context.active())), {}),
      );
    });

    it('without a propagator', () => {
      propagation.disable();
      trace.getTracer('test').startActiveSpan('work', () => assert.deepEqual(getTraceData(), {}));
    });

    it('without anything registered', () => {
      unregister();
      assert.deepEqual(getTraceData(), {});
    });
  });
});

describe('getTraceMetaTags', () => {
  beforeEach(() => void new App());
  afterEach(unregister);

  it('is a tag for each of the two headers that browsers read', () => {
    continueTrace(sentryHeaders(true), () => {
      assert.equal(
        getTraceMetaTags(),
        `<meta name="sentry-trace" content="${sentryTrace(true)}"/><meta name="baggage" content="${baggageOf(DSC)}"/>`,
      );
    });
  });

  it('says what getTraceData says', () => {
    trace.getTracer('test').startActiveSpan('work', () => {
      const { 'sentry-trace': header, baggage } = getTraceData();
      assert.deepEqual(contentsOf(getTraceMetaTags()), { 'sentry-trace': header, baggage });
    });
  });

  it('is one tag when the head of the trace sent no baggage', () => {
    continueTrace({ 'sentry-trace': sentryTrace(false) }, () =>
      assert.equal(getTraceMetaTags(), `<meta name="sentry-trace" content="${sentryTrace(false)}"/>`),
    );
  });

  it('is that of a context that is not active', () => {
    const span = trace.getTracer('test').startSpan('work');
    assert.match(getTraceMetaTags(trace.setSpan(ROOT_CONTEXT, span)), new RegExp(span.spanContext().spanId));
  });

  it('is empty without a span', () => assert.equal(getTraceMetaTags(), ''));

  const hostile = [`"/><script>alert('x')</script>`, `' onload='x`, '&lt;', '<!--', '\u0000', 'ü"'];
  for (const text of hostile) {
    it(`cannot be left by ${JSON.stringify(text)} in the context of the head`, () => {
      const dsc = { ...DSC, transaction: text, release: text };
      const html = continueTrace(sentryHeaders(true, dsc), () => getTraceMetaTags());
      assert.deepEqual(contentsOf(html), sentryHeaders(true, dsc));
      assert.doesNotMatch(html.replaceAll(/<meta name="[a-z-]+" content="[^"<>]*"\/>/g, ''), /./);
    });
  }

  it('cannot be left by what others write into baggage', () => {
    propagation.disable();
    const value = `a="/><script>alert('x' && 1)</script>`;
    propagation.setGlobalPropagator({
      fields: () => ['baggage'],
      extract: current => current,
      inject: (_, carrier, setter) => {
        setter.set(carrier, 'sentry-trace', sentryTrace(true));
        setter.set(carrier, 'baggage', value);
      },
    });
    const html = trace.getTracer('test').startActiveSpan('work', () => getTraceMetaTags());
    assert.equal(contentsOf(html)['baggage'], value);
    assert.doesNotMatch(html, /<script|' &&/);
  });
});
