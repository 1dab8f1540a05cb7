import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge } from 'otel-sentry-bridge';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const bridge = createSentryBridge({
  dsn: process.env.SENTRY_DSN,
  release: 'shop@1.4.0',
  tracesSampleRate: 1,
});

const provider = new NodeTracerProvider({
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor],
});
provider.register({ propagator: bridge.compositePropagator() });
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()] });

// Nothing to do at the end: what has ended is sent when the process runs out of work.
