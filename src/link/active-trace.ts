import { context, isSpanContextValid, trace, type Span } from '@opentelemetry/api';
import { spanIdOf } from '../conversion/ids.js';
import { isReadable } from '../helpers/root/local-root.js';

/** The active OpenTelemetry span, by the ids that Sentry knows it by. */
export interface ActiveTrace {
  readonly span: Span;
  readonly traceId: string;
  readonly spanId: string;
  /** Absent at the head of the trace, and for spans that are not recorded. */
  readonly parentSpanId: string | undefined;
}

/** `undefined` outside of any span. */
export function activeTrace(): ActiveTrace | undefined {
  const span = trace.getSpan(context.active());
  const spanContext = span?.spanContext();
  if (span === undefined || spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  const { traceId, spanId } = spanContext;
  const parentSpanId = isReadable(span) ? spanIdOf(span.parentSpanContext?.spanId) : undefined;
  return { span, traceId, spanId, parentSpanId };
}

/** `contexts.trace` of an event. https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/#trace-context */
export function traceContextOf({ traceId, spanId, parentSpanId }: ActiveTrace): Record<string, string> {
  return {
    trace_id: traceId,
    span_id: spanId,
    ...(parentSpanId !== undefined && { parent_span_id: parentSpanId }),
  };
}
