const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { createSentryBridge } = require('otel-sentry-bridge');

const bridge = createSentryBridge({
  tracesSampleRate: 1,
  release: 'pricing@2.0.1',
  environment: 'demo',
  tunnel: process.env.SENTRY_TUNNEL,
});

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'pricing' }),
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor],
});
provider.register({ propagator: bridge.compositePropagator() });

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ headersToSpanAttributes: { server: { requestHeaders: ['baggage'] } } }),
    new UndiciInstrumentation(),
    new ExpressInstrumentation(),
    new PgInstrumentation(),
  ],
});

exports.bridge = bridge;
