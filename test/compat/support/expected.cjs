const assert = require('node:assert/strict');

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN_ID = '00f067aa0ba902b7';
/** What the caller has decided for the whole trace. */
const SAMPLING_CONTEXT = {
  trace_id: TRACE_ID,
  public_key: 'c'.repeat(32),
  sample_rate: '0.5',
  sampled: 'true',
  sample_rand: '0.25',
  release: 'caller@1',
  environment: 'staging',
};

const SENTRY_BAGGAGE = Object.entries(SAMPLING_CONTEXT).map(
  ([key, value]) => `sentry-${key}=${encodeURIComponent(value)}`,
);

/** Headers of the request. */
const INCOMING = {
  'sentry-trace': `${TRACE_ID}-${CALLER_SPAN_ID}-1`,
  baggage: ['tenant=blue', ...SENTRY_BAGGAGE].join(','),
};

/** One transaction with one span, in the caller's trace; and the headers of the request inside of that span. */
function checkTransaction(received, outgoing, name) {
  assert.equal(received.length, 1, `${name}: transactions`);
  const [{ envelopeHeader, event }] = received;
  const { transaction, release, contexts, spans } = event;
  const [child] = spans;
  assert.deepEqual(envelopeHeader.trace, SAMPLING_CONTEXT, `${name}: dynamic sampling context`);
  assert.equal(transaction, 'GET /users/:id', `${name}: name`);
  assert.equal(release, '1.2.3', `${name}: release of the resource`);
  assert.equal(contexts.trace.trace_id, TRACE_ID, `${name}: trace id`);
  assert.equal(contexts.trace.parent_span_id, CALLER_SPAN_ID, `${name}: parent of the root`);
  assert.equal(contexts.trace.op, 'http.server', `${name}: op of the root`);
  assert.equal(spans.length, 1, `${name}: children`);
  assert.equal(child.trace_id, TRACE_ID, `${name}: trace id of the child`);
  assert.equal(child.parent_span_id, contexts.trace.span_id, `${name}: parent of the child`);
  assert.equal(child.op, 'db', `${name}: op of the child`);
  assert.equal(child.description, 'SELECT 1', `${name}: description of the child`);
  assert.equal(outgoing['sentry-trace'], `${TRACE_ID}-${child.span_id}-1`, `${name}: sentry-trace`);
  assert.equal(outgoing.traceparent, `00-${TRACE_ID}-${child.span_id}-01`, `${name}: traceparent`);
  const baggage = outgoing.baggage.split(',');
  assert.deepEqual(baggage.sort(), INCOMING.baggage.split(',').sort(), `${name}: baggage`);
}

module.exports = { checkTransaction, INCOMING };
