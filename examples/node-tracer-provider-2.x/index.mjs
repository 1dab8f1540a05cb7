// OpenTelemetry SDK 2.x, ES modules: NodeTracerProvider with the bridge. SENTRY_DSN=... node index.mjs
import { trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge } from 'otel-sentry-bridge';

const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
provider.register({ propagator: bridge.compositePropagator() });

trace.getTracer('example').startActiveSpan('hello from 2.x', span => span.end());
await provider.shutdown();
