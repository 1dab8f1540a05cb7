import { context, propagation, trace, type TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator } from '@opentelemetry/core';
import {
  BatchSpanProcessor,
  SimpleSpanProcessor,
  TracerProvider,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
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
export const samplers: Sampler[] = [bridge.sampler, new SentrySampler(options)];
export const processors: SpanProcessor[] = [
  bridge.spanProcessor,
  new SentrySpanProcessor(options),
  new BatchSpanProcessor({ exporter: new SentrySpanExporter(options) }),
  new SimpleSpanProcessor({ exporter: new SentrySpanExporter(options) }),
];
export const propagators: TextMapPropagator[] = [
  bridge.propagator,
  bridge.compositePropagator(),
  new SentryPropagator(options),
];

export const provider = new TracerProvider({
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor, new BatchSpanProcessor({ exporter: new SentrySpanExporter() })],
});
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(bridge.compositePropagator());
propagation.setGlobalPropagator(new CompositePropagator({ propagators: [bridge.propagator] }));

export const bridges = sparseOptions.map(sparse => createSentryBridge(sparse));
export const used = useBridge(bridge);
