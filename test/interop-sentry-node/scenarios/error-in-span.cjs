const assert = require('node:assert/strict');

exports.title = 'an error captured in a span is on its trace';

exports.run = ({ tracer, Sentry, api }) =>
  tracer.startActiveSpan('checkout', root =>
    tracer.startActiveSpan('charge', span => {
      Sentry.captureException(new Error('declined'));
      Sentry.captureMessage('seen');
      span.end();
      root.end();
      return { inner: span.spanContext(), outer: root.spanContext(), kind: api.SpanKind.INTERNAL };
    }),
  );

exports.check = (received, { facts: { inner, outer } }) => {
  const transaction = received.transaction('checkout');
  for (const text of ['declined', 'seen']) {
    const { payload, trace } = received.error(text);
    const { trace_id, span_id, parent_span_id } = payload.contexts.trace;
    assert.deepEqual(
      { trace_id, span_id, parent_span_id },
      { trace_id: inner.traceId, span_id: inner.spanId, parent_span_id: outer.spanId },
    );
    assert.equal(payload.transaction, 'checkout');
    assert.deepEqual(trace, transaction.trace);
  }
  assert.equal(transaction.trace.environment, 'bridge');
  assert.equal(transaction.trace.transaction, 'checkout');
};
