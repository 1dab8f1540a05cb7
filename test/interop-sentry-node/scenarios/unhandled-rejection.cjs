const assert = require('node:assert/strict');
const { setTimeout } = require('node:timers/promises');

exports.title = 'a rejection that nobody handles is on the trace of the span it happened in';

exports.run = async ({ tracer }) => {
  await tracer.startActiveSpan('work', async span => {
    void setTimeout(1).then(() => Promise.reject(new Error('forgotten')));
    await setTimeout(20);
    span.end();
  });
};

exports.check = received => {
  const { payload, trace } = received.error('forgotten');
  const transaction = received.transaction('work');
  assert.equal(payload.contexts.trace.span_id, transaction.payload.contexts.trace.span_id);
  assert.deepEqual(trace, transaction.trace);
};
