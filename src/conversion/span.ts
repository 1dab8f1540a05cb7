import type { ReadableSpan } from '../otel/types.js';
import type { SpanJson } from '../protocol/transaction.js';
import { spanData } from './data.js';
import { spanIdOf } from './ids.js';
import { spanLinks } from './links.js';
import { spanMeasurements } from './measurements.js';
import { describeSpan } from './operation.js';
import { spanOrigin } from './origin.js';
import { isOutgoing } from './span-kind.js';
import { spanStatus } from './status.js';
import { spanTiming } from './timing.js';

/** The transaction a span travels in. */
export interface SpanPlacement {
  readonly traceId: string;
  readonly rootSpanId: string;
  /** Seconds since the epoch. */
  readonly start: number;
  readonly allowsPii: boolean;
}

/**
 * A child span as Sentry shows it. Throws for what Sentry would reject the whole transaction for: a span of another
 * trace, or without a valid id. https://develop.sentry.dev/sdk/data-model/event-payloads/span/
 */
export function toSpanJson(span: ReadableSpan, placement: SpanPlacement): SpanJson {
  const context = span.spanContext();
  const spanId = spanIdOf(context.spanId);
  if (spanId === undefined) throw new TypeError('span id is not 16 hex digits');
  if (context.traceId.toLowerCase() !== placement.traceId)
    throw new TypeError('span belongs to another trace');
  const timing = spanTiming(span, placement.start) ?? { start: placement.start, end: placement.start };
  const policy = { allowsPii: placement.allowsPii, isOutgoing: isOutgoing(span.kind) };
  const { op, description } = describeSpan(span);
  const origin = spanOrigin(span);
  const measurements = spanMeasurements(span);
  const links = spanLinks(span.links, policy);
  // What differs from span to span comes first: a compressed transaction is a sixteenth smaller then.
  const json: SpanJson = {
    span_id: spanId,
    parent_span_id: spanIdOf(span.parentSpanContext?.spanId) ?? placement.rootSpanId,
    start_timestamp: timing.start,
    timestamp: timing.end,
    description,
    trace_id: placement.traceId,
    status: spanStatus(span),
    origin,
    data: spanData(span, { op, origin, measurements }, policy),
  };
  // Assigned one by one: spreading optional parts into the literal takes a third of the conversion of a span.
  if (op !== undefined) json.op = op;
  if (links !== undefined) json.links = links;
  if (measurements !== undefined) json.measurements = measurements;
  return json;
}
