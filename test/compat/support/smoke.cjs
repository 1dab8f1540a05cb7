const assert = require('node:assert/strict');
const { startReceiver } = require('./receiver.cjs');

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN_ID = '00f067aa0ba902b7';
const INCOMING = { 'sentry-trace': `${TRACE_ID}-${CALLER_SPAN_ID}-1` };

const TIMEOUT_MILLIS = 5000;

/**
 * Runs a request through both intakes of the bridge, in providers of one kind, and checks what arrives at Sentry.
 *
 * @param api `@opentelemetry/api`
 * @param bridge `otel-sentry-bridge`
 * @param core `@opentelemetry/core` of the line
 * @param install makes a provider of `{ sampler?, spanProcessors }` and registers it with `propagator`
 * @param wrap by name: how the line puts an exporter behind a span processor
 */
async function smoke({ api, bridge, core, install, wrap }) {
  // A promise that never settles would end the process quietly.
  process.exitCode = 1;
  const receiver = await startReceiver();
  const options = { dsn: receiver.dsn, tracesSampleRate: 1 };
  try {
    await checkProcessor(api, bridge.createSentryBridge(options), install, receiver);
    for (const [name, processorFor] of Object.entries(wrap)) {
      const exporter = new bridge.SentrySpanExporter(options);
      const propagator = new core.CompositePropagator({
        propagators: [
          new core.W3CTraceContextPropagator(),
          new core.W3CBaggagePropagator(),
          new bridge.SentryPropagator(options),
        ],
      });
      await checkExporter(
        api,
        install({ spanProcessors: [processorFor(exporter)], propagator }),
        name,
        receiver,
      );
    }
  } finally {
    receiver.close();
  }
  process.exitCode = 0;
}

async function checkProcessor(api, bridge, install, receiver) {
  const provider = install({
    sampler: bridge.sampler,
    spanProcessors: [bridge.spanProcessor],
    propagator: bridge.compositePropagator(),
  });
  const outgoing = handleRequest(api, provider);
  assert.equal(await bridge.flush(TIMEOUT_MILLIS), true, 'flush');
  checkTransactions(receiver.take(), outgoing, 'SentrySpanProcessor');
  assert.equal(await bridge.close(TIMEOUT_MILLIS), true, 'close');
  await uninstall(api, provider);
}

async function checkExporter(api, provider, name, receiver) {
  const outgoing = handleRequest(api, provider);
  await provider.forceFlush();
  checkTransactions(receiver.take(), outgoing, name);
  await uninstall(api, provider);
}

/** A traced server that asks its database; returns the headers a request inside of that would carry. */
function handleRequest(api, provider) {
  const tracer = provider.getTracer('smoke');
  const caller = api.propagation.extract(api.ROOT_CONTEXT, INCOMING);
  const request = {
    kind: api.SpanKind.SERVER,
    attributes: { 'http.request.method': 'GET', 'http.route': '/users/:id' },
  };
  const query = {
    kind: api.SpanKind.CLIENT,
    attributes: { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT 1' },
  };
  const outgoing = {};
  tracer.startActiveSpan('GET /users/:id', request, caller, server => {
    tracer.startActiveSpan('SELECT', query, client => {
      api.propagation.inject(api.context.active(), outgoing);
      client.end();
    });
    server.end();
  });
  return outgoing;
}

function checkTransactions(transactions, outgoing, name) {
  assert.equal(transactions.length, 1, `${name}: transactions`);
  const [{ transaction, release, contexts, spans }] = transactions;
  const [child] = spans;
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
}

async function uninstall(api, provider) {
  await provider.shutdown();
  api.trace.disable();
  api.context.disable();
  api.propagation.disable();
}

module.exports = { smoke };
