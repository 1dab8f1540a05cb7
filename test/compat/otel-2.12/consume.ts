import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import * as trace from '@opentelemetry/sdk-trace';
import * as base from '@opentelemetry/sdk-trace-base';
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

export const exporters: [trace.SpanExporter, base.SpanExporter] = [
  new SentrySpanExporter(options),
  new SentrySpanExporter(options),
];
export const samplers: trace.Sampler[] = [bridge.sampler, new SentrySampler(options)];
export const baseSamplers: base.Sampler[] = [
  bridge.sampler,
  new SentrySampler(options),
  new base.ParentBasedSampler({ root: bridge.sampler }),
];
export const processors: trace.SpanProcessor[] = [
  bridge.spanProcessor,
  new SentrySpanProcessor(options),
  new trace.BatchSpanProcessor({ exporter: new SentrySpanExporter(options) }),
  new trace.SimpleSpanProcessor({ exporter: new SentrySpanExporter(options) }),
];
export const baseProcessors: base.SpanProcessor[] = [
  bridge.spanProcessor,
  new SentrySpanProcessor(options),
  new base.BatchSpanProcessor(new SentrySpanExporter(options)),
  new base.SimpleSpanProcessor(new SentrySpanExporter(options)),
];
export const propagators: TextMapPropagator[] = [
  bridge.propagator,
  bridge.compositePropagator(),
  new SentryPropagator(options),
];

export const provider = new trace.TracerProvider({
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor],
});
export const nodeProvider = new NodeTracerProvider({
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor, new base.BatchSpanProcessor(new SentrySpanExporter())],
});
nodeProvider.register({ propagator: bridge.compositePropagator() });
nodeProvider.register({ propagator: new CompositePropagator({ propagators: [bridge.propagator] }) });

export const bridges = sparseOptions.map(sparse => createSentryBridge(sparse));
export const used = useBridge(bridge);
