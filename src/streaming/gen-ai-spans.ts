import { addAllAbsent } from '../conversion/add-absent.js';
import { KIND_INTERNAL } from '../conversion/span-kind.js';
import { streamedName } from '../conversion/span-name.js';
import { writeStreamedSpan } from '../conversion/streamed-span.js';
import { guard } from '../otel/diagnostics.js';
import { MAX_CONTAINER_BYTES } from '../protocol/limits.js';
import type { SpanJson, TransactionEvent } from '../protocol/transaction.js';
import { fitStreamedSpan } from '../sizing/fit-streamed-span.js';
import { utf8Length } from '../sizing/utf8.js';

const GEN_AI_OP = /^gen_ai(?:\.|$)/;

/**
 * Takes the spans of generative AI out of a transaction, as JSON of spans that travel on their own. As many as one
 * container holds; the others stay.
 */
export function takeGenAiSpans(event: TransactionEvent): string[] {
  const taken: string[] = [];
  let bytes = 0;
  event.spans = event.spans.filter(span => {
    if (span.op === undefined || !GEN_AI_OP.test(span.op)) return true;
    const text = guard('serialising a span', undefined, () => fitStreamedSpan(alone(span, event)));
    if (text === undefined || bytes + utf8Length(text) > MAX_CONTAINER_BYTES) return true;
    bytes += utf8Length(text) + 1;
    taken.push(text);
    return false;
  });
  return taken;
}

/** With what it would share with its transaction. */
function alone(span: SpanJson, event: TransactionEvent): string {
  const { description, data } = span;
  const { contexts, transaction, sdk, release, environment, dist } = event;
  const name = streamedName({ name: description, kind: KIND_INTERNAL, attributes: data }, description);
  const own = {
    ...data,
    'sentry.segment.id': contexts.trace.span_id,
    'sentry.segment.name': transaction,
  };
  addAllAbsent(own, {
    'sentry.sdk.name': sdk.name,
    'sentry.sdk.version': sdk.version,
    'sentry.environment': environment,
    ...(release !== undefined && { 'sentry.release': release }),
    ...(dist !== undefined && { 'sentry.dist': dist }),
  });
  return writeStreamedSpan({ ...span, name, data: own, is_segment: false });
}
