const assert = require('node:assert/strict');
const { connect } = require('node:net');
const { text } = require('node:stream/consumers');
const { getRPCMetadata } = require('@opentelemetry/core');

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN_ID = '00f067aa0ba902b7';
const DSC = {
  trace_id: TRACE_ID,
  public_key: 'c'.repeat(32),
  sampled: 'true',
  sample_rand: '0.25',
  sample_rate: '0.5',
};

exports.title = 'an error in a request is on the trace of the caller, and so are requests made meanwhile';

exports.run = async ({ api, Sentry }, serviceUrl) => {
  // What is loaded before the instrumentations is not instrumented.
  const http = require('node:http');
  const server = http.createServer((_request, response) => {
    // As the instrumentation of a framework does.
    getRPCMetadata(api.context.active()).route = '/users/:id';
    void (async () => {
      await fetch(`${serviceUrl}/fetched`).then(answer => answer.text());
      await new Promise(resolve =>
        http.get(`${serviceUrl}/got`, answer => answer.resume().on('end', resolve)),
      );
      Sentry.captureException(new Error('no such user'));
      response.end();
    })();
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  await request(server.address().port);
  server.close();
};

exports.check = (received, { warnings }) => {
  const { payload: transaction, trace } = received.transaction('GET /users/:id');
  const { payload: error, trace: errorTrace } = received.error('no such user');
  assert.equal(transaction.contexts.trace.parent_span_id, CALLER_SPAN_ID);
  assert.equal(error.contexts.trace.trace_id, TRACE_ID);
  assert.equal(error.contexts.trace.span_id, transaction.contexts.trace.span_id);
  assert.equal(error.contexts.trace.parent_span_id, CALLER_SPAN_ID);
  assert.equal(error.transaction, 'GET /users/:id');
  assert.deepEqual([trace, errorTrace], [DSC, DSC]);
  const spanIds = transaction.spans.map(({ span_id }) => span_id);
  assert.equal(received.requests.length, 2);
  for (const { headers } of received.requests) {
    const [traceId, spanId, sampled, ...rest] = headers['sentry-trace'].split('-');
    assert.deepEqual([traceId, sampled, rest], [TRACE_ID, '1', []]);
    assert.ok(spanIds.includes(spanId));
    assert.equal(headers.baggage.split('sentry-trace_id').length, 2);
  }
  assert.deepEqual(warnings, []);
};

/** Over a socket, which nothing instruments. */
async function request(port) {
  const socket = connect(port, '127.0.0.1');
  const baggage = Object.entries(DSC).map(([key, value]) => `sentry-${key}=${value}`);
  socket.write(
    [
      'GET /users/42 HTTP/1.1',
      'host: localhost',
      `sentry-trace: ${TRACE_ID}-${CALLER_SPAN_ID}-1`,
      `baggage: ${baggage.join()}`,
      'connection: close',
      '\r\n',
    ].join('\r\n'),
  );
  await text(socket);
}
