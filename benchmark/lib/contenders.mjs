// What is compared: the SDK with nothing behind it, with OpenTelemetry's own exporter, and with the bridge.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../../package.json', import.meta.url)));

const noop = {
  onStart() {},
  onEnd() {},
  async forceFlush() {},
  async shutdown() {},
};

const CONTENDERS = {
  'no-op processor': () => ({ spanProcessors: [noop], flush: async () => true }),
  'OTLP/proto exporter': port => {
    const { BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
    const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
    const processor = new BatchSpanProcessor(
      new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` }),
    );
    return { spanProcessors: [processor], flush: () => processor.forceFlush() };
  },
  bridge: (port, options) => {
    const { createSentryBridge } = require('otel-sentry-bridge');
    const bridge = createSentryBridge({
      dsn: `http://0123456789abcdef0123456789abcdef@127.0.0.1:${port}/1`,
      release: 'shop@1.0.0',
      environment: 'production',
      tracesSampleRate: 1,
      ...options,
    });
    const { sampler, propagator, spanProcessor } = bridge;
    return { spanProcessors: [spanProcessor], sampler, propagator, flush: () => bridge.flush(30_000) };
  },
};

export const NAMES = Object.keys(CONTENDERS);

/** Sets a contender up as the application's OpenTelemetry. */
export function start(name, port, options) {
  const api = require('@opentelemetry/api');
  const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
  const { flush, propagator, ...setup } = CONTENDERS[name](port, options);
  new NodeTracerProvider(setup).register(propagator && { propagator });
  return { api, tracer: api.trace.getTracer('benchmark', '1.0.0'), flush };
}
