import type { StreamedLinkJson, StreamedSpanJson } from '../protocol/streamed-span.js';
import type { SpanJson, SpanLinkJson, SpanStatusName } from '../protocol/transaction.js';
import { measuredAttribute, typedAttributes } from './typed-attributes.js';

/** Statuses in which nothing went wrong. https://develop.sentry.dev/sdk/telemetry/spans/span-protocol/ */
const FINE: ReadonlySet<SpanStatusName> = new Set(['ok', 'cancelled']);

/**
 * A span in the form in which it travels on its own: two statuses, the third with what went wrong in an attribute;
 * measurements among the attributes; a description only where it says more than the name.
 */
export function toStreamedSpan(span: SpanJson): StreamedSpanJson {
  const { description, status } = span;
  const name = span.name || description;
  const attributes = typedAttributes(span.data);
  // What an application wrote there that is none.
  if (span.op === undefined) delete attributes['sentry.op'];
  for (const measurement in span.measurements) {
    const measured = span.measurements[measurement];
    const attribute = measured && measuredAttribute(measured);
    if (attribute !== undefined) attributes[measurement] = attribute;
  }
  if (status !== 'ok') attributes['sentry.status.message'] ??= { type: 'string', value: status };
  if (description !== name) attributes['sentry.description'] ??= { type: 'string', value: description };
  const json: StreamedSpanJson = {
    trace_id: span.trace_id,
    span_id: span.span_id,
    name,
    status: FINE.has(status) ? 'ok' : 'error',
    is_segment: span.is_segment === true,
    start_timestamp: span.start_timestamp,
    end_timestamp: span.timestamp,
    attributes,
  };
  if (span.parent_span_id !== undefined) json.parent_span_id = span.parent_span_id;
  if (span.links !== undefined) json.links = span.links.map(toStreamedLink);
  return json;
}

function toStreamedLink({ attributes, ...link }: SpanLinkJson): StreamedLinkJson {
  return attributes === undefined ? link : { ...link, attributes: typedAttributes(attributes) };
}
