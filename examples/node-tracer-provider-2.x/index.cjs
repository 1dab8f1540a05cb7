// OpenTelemetry SDK 2.x, CommonJS: NodeTracerProvider with the bridge. SENTRY_DSN=... node index.cjs
const { trace } = require('@opentelemetry/api');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { createSentryBridge } = require('otel-sentry-bridge');

const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
provider.register({ propagator: bridge.compositePropagator() });

trace.getTracer('example').startActiveSpan('hello from 2.x', span => span.end());
void provider.shutdown();
