const assert = require('node:assert/strict');

exports.title = 'tracing by the SDK as well is said once';

exports.settings = { sentry: { tracesSampleRate: 1 } };

exports.run = ({ tracer, Sentry }) => {
  for (const name of ['one', 'two'])
    tracer.startActiveSpan(name, span => {
      Sentry.captureMessage(name);
      span.end();
    });
};

exports.check = (received, { warnings }) => {
  assert.equal(warnings.length, 1, warnings.join('\n'));
  assert.match(warnings[0], /requests appear twice/);
  assert.equal(
    received.error('one').payload.contexts.trace.trace_id,
    received.transaction('one').trace.trace_id,
  );
};
