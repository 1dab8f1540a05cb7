import { toJson } from '../protocol/json.js';
import type { StreamedLinkJson, StreamedSpanJson, TypedAttribute } from '../protocol/streamed-span.js';
import type { SpanJson, SpanLinkJson, SpanStatusName } from '../protocol/transaction.js';
import { attributeText, typedAttributeText } from './attribute-text.js';
import { measuredAttribute, typedAttribute, typedAttributes } from './typed-attributes.js';

type Undefinable<T> = { [K in keyof T]: T[K] | undefined };

/** Statuses in which nothing went wrong. https://develop.sentry.dev/sdk/telemetry/spans/span-protocol/ */
const FINE: ReadonlySet<SpanStatusName> = new Set(['ok', 'cancelled']);

/**
 * A span as JSON of the form in which it travels on its own: two statuses, the third with what went wrong in an
 * attribute; measurements among the attributes; a description only where it says more than the name.
 *
 * @throws TypeError for what JSON cannot hold
 */
export function writeStreamedSpan(span: SpanJson): string {
  const frame = toJson(frameOf(span));
  return `${frame.slice(0, -1)},"attributes":{${writeAttributes(span)}}}`;
}

/** All but the attributes. What is undefined is not written. */
function frameOf(span: SpanJson) {
  return {
    trace_id: span.trace_id,
    span_id: span.span_id,
    parent_span_id: span.parent_span_id,
    name: nameOf(span),
    status: FINE.has(span.status) ? 'ok' : 'error',
    is_segment: span.is_segment === true,
    start_timestamp: span.start_timestamp,
    end_timestamp: span.timestamp,
    links: span.links?.map(toStreamedLink),
  } satisfies Undefinable<Omit<StreamedSpanJson, 'attributes'>>;
}

function nameOf({ name, description }: SpanJson): string {
  return name || description;
}

function toStreamedLink({ attributes, ...link }: SpanLinkJson): StreamedLinkJson {
  return attributes === undefined ? link : { ...link, attributes: typedAttributes(attributes) };
}

/** What hooks return is read with care: they may have written anything. */
function writeAttributes(span: SpanJson): string {
  const { data, measurements, status, description } = span;
  let text = '';
  for (const name in data) {
    // A measurement has a unit besides. An operation that is not the span's is what an application wrote there.
    if (measured(span, name) !== undefined || (name === 'sentry.op' && span.op === undefined)) continue;
    text += attributeText(name, data[name]);
  }
  for (const name in measurements) text += typedAttributeText(name, measured(span, name));
  if (status !== 'ok') text += unlessGiven(span, 'sentry.status.message', status);
  if (description !== nameOf(span)) text += unlessGiven(span, 'sentry.description', description);
  return text.slice(1);
}

function measured({ measurements }: SpanJson, name: string): TypedAttribute | undefined {
  const measurement = measurements?.[name];
  return measurement ? measuredAttribute(measurement) : undefined;
}

function unlessGiven(span: SpanJson, name: string, value: string): string {
  const isGiven = typedAttribute(name, span.data?.[name]) !== undefined || measured(span, name) !== undefined;
  return isGiven ? '' : attributeText(name, value);
}
