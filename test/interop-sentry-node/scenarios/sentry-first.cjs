const assert = require('node:assert/strict');

exports.title = 'two sets of headers on fetch are foreseen';

exports.settings = { isSentryFirst: true, sentry: { tracePropagationTargets: undefined } };

exports.run = async ({ tracer }, serviceUrl) =>
  tracer.startActiveSpan('work', async span => {
    await fetch(`${serviceUrl}/fetched`).then(answer => answer.text());
    span.end();
  });

exports.check = (received, { warnings }) => {
  assert.equal(warnings.filter(line => /headers of its own/.test(line)).length, 1, warnings.join('\n'));
  const [{ headers }] = received.requests;
  assert.equal(headers['sentry-trace'].split(',').length, 2);
};
