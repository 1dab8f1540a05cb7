import type { AttributeValue } from '@opentelemetry/api';
import { toJsonValue, type AttributeJson } from '../../otel/attributes.js';
import { describeError } from '../../otel/diagnostics.js';

/**
 * What a span can hold of any value: text, numbers, booleans and lists of one of them as they are, dates in ISO 8601,
 * errors by name and message, everything else as JSON text. `undefined` when nothing can be said.
 */
export function toAttributeValue(value: unknown): AttributeValue | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return describeError(value);
  // `toJSON` because it does not throw for an invalid date.
  const json = toJsonValue(value instanceof Date ? value.toJSON() : value);
  if (typeof json !== 'object' || json === null) return json ?? undefined;
  return uniformList(json) ?? JSON.stringify(json);
}

function uniformList(json: AttributeJson): AttributeValue | undefined {
  if (!Array.isArray(json)) return undefined;
  const items: readonly AttributeJson[] = json;
  if (items.every(item => typeof item === 'string')) return [...items];
  if (items.every(item => typeof item === 'number')) return [...items];
  return items.every(item => typeof item === 'boolean') ? [...items] : undefined;
}
