// A tenth of all traces to Sentry, every trace to an OTLP endpoint (default: a collector at http://localhost:4318).
// npm install && SENTRY_DSN=... OTEL_EXPORTER_OTLP_ENDPOINT=... node index.mjs
import { SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { AlwaysOnSampler, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge } from 'otel-sentry-bridge';

const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 0.1 });
const provider = new NodeTracerProvider({
  // Not `bridge.sampler`, which decides for everybody: here the bridge's processor decides, for Sentry alone.
  sampler: new AlwaysOnSampler(),
  spanProcessors: [bridge.spanProcessor, new BatchSpanProcessor(new OTLPTraceExporter())],
});
// `sentry-trace` says what was decided for Sentry, `traceparent` what was decided for everybody else.
provider.register({ propagator: bridge.compositePropagator() });

const TRACES = 200;
const tracer = trace.getTracer('example');
for (let index = 0; index < TRACES; index++) {
  tracer.startActiveSpan('GET /orders', { kind: SpanKind.SERVER }, request => {
    tracer.startActiveSpan('load orders', query => query.end());
    request.end();
  });
}

await provider.forceFlush();
const { delivery, losses } = bridge.diagnose();
console.log(
  `of ${TRACES} traces with 2 spans each, Sentry got`,
  delivery?.delivered,
  'and is told of',
  losses,
);
await provider.shutdown();
