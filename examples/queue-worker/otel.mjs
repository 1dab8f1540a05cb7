// Loaded with `--import`; a child process that is forked inherits the flag, and so its set-up.
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge } from 'otel-sentry-bridge';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

export const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
provider.register({ propagator: bridge.compositePropagator() });
registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
