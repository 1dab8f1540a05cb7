import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge } from 'otel-sentry-bridge';

// Modules that are loaded with `import` can only be instrumented through this hook.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const bridge = createSentryBridge({
  tracesSampleRate: 1,
  release: 'shop@1.4.0',
  environment: 'demo',
  tunnel: process.env.SENTRY_TUNNEL,
});

export const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'shop' }),
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor],
});
provider.register({ propagator: bridge.compositePropagator() });

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ headersToSpanAttributes: { server: { requestHeaders: ['x-request-id'] } } }),
    new UndiciInstrumentation(),
    new ExpressInstrumentation(),
    new PgInstrumentation(),
  ],
});
