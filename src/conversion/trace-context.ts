import type { ReadableSpan } from '../otel/types.js';
import type { TraceContext } from '../protocol/transaction.js';
import { spanData } from './data.js';
import { spanIdOf, traceIdOf } from './ids.js';
import { spanLinks } from './links.js';
import type { Measurements } from './measurements.js';
import type { SpanDescription } from './operation.js';
import { spanOrigin } from './origin.js';
import { isOutgoing } from './span-kind.js';
import { spanStatus } from './status.js';

interface RootFacts {
  readonly description: SpanDescription;
  readonly measurements: Measurements | undefined;
  readonly allowsPii: boolean;
}

/**
 * The root of a transaction. Throws when its ids are not valid: Sentry would reject the event.
 * https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/#trace-context
 */
export function traceContext(root: ReadableSpan, facts: RootFacts): TraceContext {
  const context = root.spanContext();
  const traceId = traceIdOf(context.traceId);
  const spanId = spanIdOf(context.spanId);
  if (traceId === undefined || spanId === undefined) throw new TypeError('trace id or span id is not valid');
  const parentSpanId = spanIdOf(root.parentSpanContext?.spanId);
  const policy = { allowsPii: facts.allowsPii, isOutgoing: isOutgoing(root.kind) };
  const { op } = facts.description;
  const origin = spanOrigin(root);
  const links = spanLinks(root.links, policy);
  const json: TraceContext = {
    trace_id: traceId,
    span_id: spanId,
    status: spanStatus(root),
    origin,
    data: spanData(root, { op, origin, measurements: facts.measurements }, policy),
  };
  if (parentSpanId !== undefined) json.parent_span_id = parentSpanId;
  if (op !== undefined) json.op = op;
  if (links !== undefined) json.links = links;
  return json;
}
