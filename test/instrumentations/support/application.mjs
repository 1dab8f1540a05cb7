// Tracing as an application sets it up, loaded before everything that is to be instrumented.
import { createRequire } from 'node:module';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge } from 'otel-sentry-bridge';
import { instrumentations } from '../line/instrumentations.mjs';
import { Sentry } from './sentry.mjs';

const FLUSH_TIMEOUT_MILLIS = 5000;

const sentry = await Sentry.start();
const bridge = createSentryBridge({
  dsn: sentry.dsn,
  tracesSampleRate: 1,
  release: 'shop@1.2.3',
  environment: 'test',
});
const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
provider.register({ propagator: bridge.compositePropagator() });
registerInstrumentations({ instrumentations });

/** Loads what is instrumented: as CommonJS, after the instrumentations. */
export const load = createRequire(import.meta.url);

/** Runs `body` in a root span of this name; resolves with what Sentry has received then, at least `count` transactions. */
export async function transactionsOf(name, count, body) {
  await trace.getTracer('shop').startActiveSpan(name, {}, ROOT_CONTEXT, async span => {
    try {
      await body();
    } finally {
      span.end();
    }
  });
  return receivedTransactions(count);
}

/** What Sentry has received since it was asked last, at least `count` transactions unless it takes too long. */
export function receivedTransactions(count) {
  return sentry.transactions(count, () => bridge.flush(FLUSH_TIMEOUT_MILLIS));
}

/** Runs `body` as somebody outside of the application would, of whom no span is seen. */
export function outside(body) {
  return context.with(suppressTracing(ROOT_CONTEXT), body);
}

export const mochaHooks = {
  async afterAll() {
    await bridge.close(FLUSH_TIMEOUT_MILLIS);
    sentry.close();
  },
};
