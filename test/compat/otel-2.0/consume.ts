import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  SimpleSpanProcessor,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  createSentryBridge,
  SentryPropagator,
  SentrySampler,
  SentrySpanExporter,
  SentrySpanProcessor,
} from 'otel-sentry-bridge';
import { options, sparseOptions, useBridge } from '../support/options.js';

const bridge = createSentryBridge(options);

export const exporter: SpanExporter = new SentrySpanExporter(options);
export const samplers: Sampler[] = [
  bridge.sampler,
  new SentrySampler(options),
  new ParentBasedSampler({ root: bridge.sampler }),
];
export const processors: SpanProcessor[] = [
  bridge.spanProcessor,
  new SentrySpanProcessor(options),
  new BatchSpanProcessor(new SentrySpanExporter(options)),
  new SimpleSpanProcessor(new SentrySpanExporter(options)),
];
export const propagators: TextMapPropagator[] = [
  bridge.propagator,
  bridge.compositePropagator(),
  new SentryPropagator(options),
];

export const provider = new NodeTracerProvider({
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor, new BatchSpanProcessor(new SentrySpanExporter())],
});
provider.register({ propagator: bridge.compositePropagator() });
provider.register({ propagator: new CompositePropagator({ propagators: [bridge.propagator] }) });

export const bridges = sparseOptions.map(sparse => createSentryBridge(sparse));
export const used = useBridge(bridge);
