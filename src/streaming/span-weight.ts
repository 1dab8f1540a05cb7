import type { ReadableSpan } from '../otel/types.js';

/** Bytes, as Sentry's SDKs estimate them. https://develop.sentry.dev/sdk/telemetry/spans/span-buffer/ */
const WEIGHT = {
  /** What every span has: ids, times, names of members. */
  span: 156,
  link: 100,
  character: 2,
  number: 8,
  boolean: 4,
  other: 100,
} as const;

/** About how many bytes a span takes in memory, from its lengths alone. */
export function spanWeight({ name, attributes, links, events }: ReadableSpan): number {
  let bytes = WEIGHT.span + WEIGHT.character * name.length + attributesWeight(attributes);
  for (const { attributes: linked } of links) bytes += WEIGHT.link + attributesWeight(linked);
  for (const event of events)
    bytes += WEIGHT.character * event.name.length + attributesWeight(event.attributes);
  return bytes;
}

/** The same for several; `Infinity` for what cannot be read. Never throws. */
export function spansWeight(spans: readonly ReadableSpan[]): number {
  try {
    return spans.reduce((bytes, span) => bytes + spanWeight(span), 0);
  } catch {
    return Infinity;
  }
}

function attributesWeight(attributes: Readonly<Record<string, unknown>> | undefined): number {
  let bytes = 0;
  for (const name in attributes) bytes += WEIGHT.character * name.length + valueWeight(attributes[name]);
  return bytes;
}

function valueWeight(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return WEIGHT.character * value.length;
    case 'number':
      return WEIGHT.number;
    case 'boolean':
      return WEIGHT.boolean;
    default:
      return Array.isArray(value) && value.length > 0 ? value.length * itemWeight(value[0]) : WEIGHT.other;
  }
}

/** Items of a list are taken to be alike. */
function itemWeight(first: unknown): number {
  return typeof first === 'string' ? WEIGHT.character * first.length : WEIGHT.number;
}
