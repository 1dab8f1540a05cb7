const assert = require('node:assert/strict');
const { setTimeout } = require('node:timers/promises');

exports.title = 'an error is sent once, whoever sees it first';

exports.settings = { bridge: { captureExceptions: 'all', lateSpanGraceMillis: 0 } };

exports.run = async ({ tracer, Sentry, bridge }) => {
  const inSpan = (name, body) =>
    tracer.startActiveSpan(name, span => {
      body(span, new Error(name));
      span.end();
    });
  inSpan('SDK first', (span, error) => {
    Sentry.captureException(error);
    span.recordException(error);
  });
  inSpan('span first', (span, error) => {
    span.recordException(error);
    Sentry.captureException(error);
  });
  inSpan('span only', (span, error) => span.recordException(error));
  let late;
  inSpan('SDK too late', (span, error) => {
    span.recordException(error);
    late = error;
  });
  await setTimeout(20);
  await bridge.flush();
  Sentry.captureException(late);
};

exports.check = received => {
  const senders = ['SDK first', 'span first', 'span only', 'SDK too late'].map(text => {
    const error = received.error(text);
    return received.fromSdk.includes(error) ? 'SDK' : 'bridge';
  });
  assert.deepEqual(senders, ['SDK', 'SDK', 'bridge', 'bridge']);
  assert.equal(received.errors.length, 4);
};
