const assert = require('node:assert/strict');

exports.title = 'an error outside of spans is left alone';

exports.run = ({ tracer, Sentry }) => {
  Sentry.captureException(new Error('before'));
  tracer.startActiveSpan('work', span => span.end());
  Sentry.captureException(new Error('after'));
};

exports.check = received => {
  const { trace: ours } = received.transaction('work');
  for (const text of ['before', 'after']) {
    const { payload, trace } = received.error(text);
    assert.notEqual(payload.contexts.trace.trace_id, ours.trace_id);
    assert.equal(trace.trace_id, payload.contexts.trace.trace_id);
    assert.equal(trace.environment, 'sdk');
    assert.equal(payload.transaction, undefined);
  }
};
