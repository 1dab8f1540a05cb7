// NodeSDK (@opentelemetry/sdk-node 0.2xx and 0.30x) with the bridge. SENTRY_DSN=... node index.mjs
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { createSentryBridge } from 'otel-sentry-bridge';

// Without these two the SDK also sends metrics and logs to http://localhost:4318.
process.env.OTEL_METRICS_EXPORTER ??= 'none';
process.env.OTEL_LOGS_EXPORTER ??= 'none';

const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
const sdk = new NodeSDK({
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor],
  textMapPropagator: bridge.compositePropagator(),
});
sdk.start();

trace.getTracer('example').startActiveSpan('hello from NodeSDK', span => span.end());
await sdk.shutdown();
