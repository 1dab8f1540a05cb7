import type { ReadableSpan } from '../otel/types.js';

/** Bytes of what every span has: ids, times, names of members. https://develop.sentry.dev/sdk/telemetry/spans/span-buffer/ */
const SPAN_BYTES = 156;
const LINK_BYTES = 100;
const OTHER_VALUE_BYTES = 100;
const NUMBER_BYTES = 8;
const BOOLEAN_BYTES = 4;
const CHAR_BYTES = 2;

/** About how many bytes a span takes in memory, from its lengths alone. */
export function spanWeight({ name, attributes, links, events }: ReadableSpan): number {
  let bytes = SPAN_BYTES + CHAR_BYTES * name.length + attributesWeight(attributes);
  for (const { attributes: linked } of links) bytes += LINK_BYTES + attributesWeight(linked);
  for (const event of events) bytes += CHAR_BYTES * event.name.length + attributesWeight(event.attributes);
  return bytes;
}

function attributesWeight(attributes: Readonly<Record<string, unknown>> | undefined): number {
  let bytes = 0;
  for (const name in attributes) bytes += CHAR_BYTES * name.length + valueWeight(attributes[name]);
  return bytes;
}

function valueWeight(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return CHAR_BYTES * value.length;
    case 'number':
      return NUMBER_BYTES;
    case 'boolean':
      return BOOLEAN_BYTES;
    default:
      return Array.isArray(value) && value.length > 0
        ? value.length * itemWeight(value[0])
        : OTHER_VALUE_BYTES;
  }
}

/** Items of a list are taken to be alike. */
function itemWeight(first: unknown): number {
  return typeof first === 'string' ? CHAR_BYTES * first.length : NUMBER_BYTES;
}
