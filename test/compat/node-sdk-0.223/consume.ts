import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { createSentryBridge, SentrySpanExporter } from 'otel-sentry-bridge';
import { options, sparseOptions, useBridge } from '../support/options.js';

const bridge = createSentryBridge(options);

export const sdk = new NodeSDK({
  sampler: bridge.sampler,
  spanProcessors: [
    bridge.spanProcessor,
    new BatchSpanProcessor({ exporter: new SentrySpanExporter(options) }),
  ],
  textMapPropagator: bridge.compositePropagator(),
});
export const exporting = new NodeSDK({ traceExporter: new SentrySpanExporter(options) });

export const bridges = sparseOptions.map(sparse => createSentryBridge(sparse));
export const used = useBridge(bridge);
