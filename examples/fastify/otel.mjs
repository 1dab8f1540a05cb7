import { register } from 'node:module';
import { FastifyOtelInstrumentation } from '@fastify/otel';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge } from 'otel-sentry-bridge';

// Modules that are loaded with `import` can only be instrumented through this hook.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

export const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
provider.register({ propagator: bridge.compositePropagator() });
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation(),
    // Fastify's own instrumentation: it also tells the HTTP span which route was taken.
    new FastifyOtelInstrumentation({ registerOnInitialization: true }),
  ],
});
