export { createSentryBridge } from './bridge.js';
export { continueTrace } from './helpers/continue-trace.js';
export { contextFromEnv, continueFromEnv, traceEnv } from './helpers/environment-trace.js';
export { withQueueProcess } from './helpers/queues/with-queue-process.js';
export { withQueuePublish } from './helpers/queues/with-queue-publish.js';
export { addBreadcrumb } from './helpers/root/add-breadcrumb.js';
export { getActiveRootSpan } from './helpers/root/local-root.js';
export { setContext } from './helpers/root/set-context.js';
export { setMeasurement } from './helpers/root/set-measurement.js';
export { setTag } from './helpers/root/set-tag.js';
export { setUser } from './helpers/root/set-user.js';
export { updateTransactionName } from './helpers/root/update-transaction-name.js';
export { startSpan } from './helpers/spans/start-span.js';
export { traced } from './helpers/spans/traced.js';
export { withSpan, withSpanManual } from './helpers/spans/with-span.js';
export { startNewTrace } from './helpers/start-new-trace.js';
export { getBaggage, getTraceData, getTraceMetaTags, getTraceparent } from './helpers/trace-data.js';
export { SentryPropagator } from './propagator.js';
export { parseSentryBaggage } from './protocol/baggage.js';
export { parseSentryTrace } from './protocol/sentry-trace.js';
export { TRACE_HEADERS } from './protocol/trace-headers.js';
export { SentrySampler } from './sampler.js';
export { SentrySpanExporter } from './span-exporter.js';
export { SentrySpanProcessor } from './span-processor.js';

export type { SentryBridge } from './bridge.js';
export type { Diagnosis } from './diagnosis/diagnose.js';
export type { CaptureExceptions } from './errors/error-reports.js';
export type { SpanException } from './errors/span-exception.js';
export type { TraceCarrier } from './helpers/carrier.js';
export type { EnvironmentVariables } from './helpers/environment-trace.js';
export type { QueueProcessOptions } from './helpers/queues/with-queue-process.js';
export type { QueuePublishOptions } from './helpers/queues/with-queue-publish.js';
export type { Breadcrumb } from './helpers/root/add-breadcrumb.js';
export type { SentryUser } from './helpers/root/set-user.js';
export type { StartSpanOptions } from './helpers/spans/span-options.js';
export type { Traced } from './helpers/spans/traced.js';
export type { DecoratedMember, TracedOptions } from './helpers/spans/traced-target.js';
export type { TraceData } from './helpers/trace-data.js';
export type {
  NamePattern,
  SentryBridgeOptions,
  SpanPattern,
  SpoolOptions,
  TransactionHint,
} from './options.js';
export type { ReadableSpan } from './otel/types.js';
export type { DynamicSamplingContext } from './protocol/dynamic-sampling-context.js';
export type { DataCategory, DropReason, Loss } from './protocol/loss-counter.js';
export type { SentryTrace } from './protocol/sentry-trace.js';
export type { SpanJson, TransactionEvent, TransactionSource } from './protocol/transaction.js';
export type { SamplingContext, TracesSampler } from './sampling/decision.js';
export type { Transport, TransportResponse } from './transport/transport.js';
