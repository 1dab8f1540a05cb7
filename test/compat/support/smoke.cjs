const assert = require('node:assert/strict');
const { checkTransaction, INCOMING } = require('./expected.cjs');
const { startReceiver } = require('./receiver.cjs');

const TIMEOUT_MILLIS = 5000;

/**
 * Runs a request through the parts of the bridge, in providers of one kind, and checks what arrives at Sentry.
 *
 * @param api `@opentelemetry/api`
 * @param bridge `otel-sentry-bridge`
 * @param link `otel-sentry-bridge/link`
 * @param profiling `otel-sentry-bridge/profiling`
 * @param core `@opentelemetry/core` of the line
 * @param install makes a provider of `{ sampler?, spanProcessors }` and registers it with `propagator`
 * @param wrap by name: how the line puts an exporter behind a span processor
 */
async function smoke({ api, bridge, link, profiling, core, install, wrap }) {
  // A promise that never settles would end the process quietly.
  process.exitCode = 1;
  assert.equal(typeof link.linkSentrySdk, 'function');
  assert.ok(new profiling.SentryProfiler({ profilesSampleRate: 1 }));
  const receiver = await startReceiver();
  const options = { dsn: receiver.dsn, tracesSampleRate: 1 };
  try {
    await checkBridge(api, bridge.createSentryBridge(options), install, receiver);
    const propagator = new core.CompositePropagator({
      propagators: [
        new core.W3CTraceContextPropagator(),
        new core.W3CBaggagePropagator(),
        new bridge.SentryPropagator(options),
      ],
    });
    const sampler = new bridge.SentrySampler(options);
    const classes = { sampler, spanProcessors: [new bridge.SentrySpanProcessor(options)], propagator };
    await checkProvider(api, install(classes), 'SentrySpanProcessor', receiver);
    for (const [name, processorFor] of Object.entries(wrap)) {
      const exporter = new bridge.SentrySpanExporter(options);
      const provider = install({ spanProcessors: [processorFor(exporter)], propagator });
      await checkProvider(api, provider, name, receiver);
    }
  } finally {
    receiver.close();
  }
  process.exitCode = 0;
}

async function checkBridge(api, bridge, install, receiver) {
  const provider = install({
    sampler: bridge.sampler,
    spanProcessors: [bridge.spanProcessor],
    propagator: bridge.compositePropagator(),
  });
  const outgoing = handleRequest(api, provider);
  assert.equal(await bridge.flush(TIMEOUT_MILLIS), true, 'flush');
  checkTransaction(receiver.take(), outgoing, 'createSentryBridge()');
  assert.equal(await bridge.close(TIMEOUT_MILLIS), true, 'close');
  await uninstall(api, provider);
}

async function checkProvider(api, provider, name, receiver) {
  const outgoing = handleRequest(api, provider);
  await provider.forceFlush();
  checkTransaction(receiver.take(), outgoing, name);
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

async function uninstall(api, provider) {
  await provider.shutdown();
  api.trace.disable();
  api.context.disable();
  api.propagation.disable();
}

module.exports = { smoke };
