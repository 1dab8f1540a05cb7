const assert = require('node:assert/strict');

exports.title = 'requests of the SDK to a host of its own are no spans';

exports.run = async ({ tracer, Sentry }) => {
  tracer.startActiveSpan('work', span => {
    Sentry.captureException(new Error('oops'));
    span.end();
  });
  await Sentry.flush();
  await tracer.startActiveSpan('flush', async span => {
    Sentry.captureMessage('again');
    await Sentry.flush();
    span.end();
  });
};

exports.check = (received, { spans }) => {
  assert.deepEqual(
    received.errors.map(({ type }) => type),
    ['event', 'event'],
  );
  assert.deepEqual(spans.map(({ name }) => name).sort(), ['flush', 'work']);
  assert.deepEqual(received.transactionNames, ['flush', 'work']);
};
