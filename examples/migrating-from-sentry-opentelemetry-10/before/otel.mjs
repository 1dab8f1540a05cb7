import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import * as Sentry from '@sentry/node';
import { SentryPropagator, SentrySampler, SentrySpanProcessor } from '@sentry/opentelemetry';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const client = Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: 'shop@1.4.0',
  tracesSampleRate: 1,
  skipOpenTelemetrySetup: true,
  // OpenTelemetry's instrumentations make the spans, not the SDK's.
  defaultIntegrations: Sentry.getDefaultIntegrationsWithoutPerformance(),
  integrations: [Sentry.httpIntegration({ spans: false })],
});

const provider = new NodeTracerProvider({
  sampler: new SentrySampler(client),
  spanProcessors: [new SentrySpanProcessor()],
});
provider.register({
  propagator: new SentryPropagator(),
  contextManager: new Sentry.SentryContextManager(),
});
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()] });

process.once('beforeExit', () => Sentry.close());
