// OpenTelemetry SDK 3.x (and 2.9 or newer): TracerProvider with the bridge. SENTRY_DSN=... node index.mjs
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createSentryBridge } from 'otel-sentry-bridge';

const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
const provider = new TracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(bridge.compositePropagator());

trace.getTracer('example').startActiveSpan('hello from 3.x', span => span.end());
await provider.shutdown();
