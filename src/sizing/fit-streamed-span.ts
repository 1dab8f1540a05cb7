import { cutValue } from '../conversion/cut-value.js';
import { toJson } from '../protocol/json.js';
import { MAX_STREAMED_SPAN_BYTES } from '../protocol/limits.js';
import type { StreamedSpanJson, TypedAttribute } from '../protocol/streamed-span.js';
import { VALUE_CHARS } from './cut-values.js';
import { fitsInBytes, utf8Length } from './utf8.js';

/** Attributes that say where a span belongs; Sentry can do nothing with one that lacks them. */
const INDISPENSABLE = /^sentry\.(?:segment|sdk)\.|^sentry\.(?:op|release|environment|trace_lifecycle)$/;

/**
 * A span as JSON that Sentry accepts. What is too large loses the ends of long values, then its links, then the largest
 * attributes.
 *
 * @param json a streamed span
 */
export function fitStreamedSpan(json: string): string {
  if (fitsInBytes(json, MAX_STREAMED_SPAN_BYTES)) return json;
  const span: unknown = JSON.parse(json);
  if (!isStreamedSpan(span)) throw new TypeError('it is no streamed span');
  return shortened(span);
}

function shortened(span: StreamedSpanJson): string {
  for (const maxChars of VALUE_CHARS) {
    for (const attribute of Object.values(span.attributes)) cutAttribute(attribute, maxChars);
    span.name = cutValue(span.name, maxChars);
    const json = toJson(span);
    if (fitsInBytes(json, MAX_STREAMED_SPAN_BYTES)) return json;
  }
  delete span.links;
  dropLargest(span);
  return toJson(span);
}

function cutAttribute(attribute: TypedAttribute, maxChars: number): void {
  if (attribute.type === 'string') attribute.value = cutValue(attribute.value, maxChars);
  else if (attribute.type === 'array' && isTextList(attribute.value))
    attribute.value = attribute.value.map(text => cutValue(text, maxChars));
}

function dropLargest({ attributes, ...rest }: StreamedSpanJson): void {
  const sizes = Object.keys(attributes).map(name => ({
    name,
    bytes: utf8Length(JSON.stringify([name, attributes[name]])),
  }));
  let bytes = sizes.reduce((sum, size) => sum + size.bytes, utf8Length(JSON.stringify(rest)));
  for (const { name, bytes: size } of sizes.sort((a, b) => b.bytes - a.bytes)) {
    if (bytes <= MAX_STREAMED_SPAN_BYTES) return;
    if (INDISPENSABLE.test(name)) continue;
    delete attributes[name];
    bytes -= size;
  }
}

function isTextList(
  list: readonly string[] | readonly number[] | readonly boolean[],
): list is readonly string[] {
  return typeof list[0] === 'string';
}

/** By what tells it from other JSON: it was written here. */
function isStreamedSpan(json: unknown): json is StreamedSpanJson {
  return typeof json === 'object' && json !== null && 'attributes' in json && 'name' in json;
}
