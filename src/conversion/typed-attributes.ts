import type { JsonObject, JsonValue, Measurement } from '../protocol/transaction.js';
import type { TypedAttribute, TypedAttributes } from '../protocol/streamed-span.js';
import { isList } from './json-list.js';

/** Fractions, even if one is a whole number. */
const FRACTIONS = new Set(['sentry.sample_rate']);

/** Nothing is measured in it. */
const NO_UNITS = new Set(['', 'none']);

/** Data as attributes that say what they are. */
export function typedAttributes(data: Readonly<JsonObject>): TypedAttributes {
  const attributes: TypedAttributes = {};
  for (const name in data) {
    const attribute = typedAttribute(name, data[name]);
    if (attribute !== undefined) attributes[name] = attribute;
  }
  return attributes;
}

/**
 * A value that says what it is. What has no type of its own, objects and lists of several kinds, becomes JSON text; what
 * JSON cannot hold, nothing. https://develop.sentry.dev/sdk/telemetry/spans/span-protocol/#attribute-object-properties
 */
export function typedAttribute(name: string, value: JsonValue | undefined): TypedAttribute | undefined {
  const attribute = typedValue(value);
  return attribute?.type === 'integer' && FRACTIONS.has(name) ? { ...attribute, type: 'double' } : attribute;
}

export function measuredAttribute({ value, unit }: Measurement): TypedAttribute | undefined {
  if (!Number.isFinite(value)) return undefined;
  return NO_UNITS.has(unit) ? { type: 'double', value } : { type: 'double', value, unit };
}

function typedValue(value: JsonValue | undefined): TypedAttribute | undefined {
  switch (typeof value) {
    case 'string':
      return { type: 'string', value };
    case 'boolean':
      return { type: 'boolean', value };
    case 'number':
      return typedNumber(value);
    case 'object':
      return value === null ? undefined : isList(value) ? typedList(value) : asText(value);
    default:
      return undefined; // Hooks return anything.
  }
}

// Sentry's integers have 64 bits; what is beyond those that are exact here would be written with an exponent.
function typedNumber(value: number): TypedAttribute | undefined {
  if (!Number.isFinite(value)) return undefined;
  return { type: Number.isSafeInteger(value) ? 'integer' : 'double', value };
}

function typedList(list: readonly JsonValue[]): TypedAttribute | undefined {
  const items = list.filter(item => item !== null && item !== undefined);
  if (items.every(item => typeof item === 'string')) return { type: 'array', value: items };
  if (items.every(item => typeof item === 'boolean')) return { type: 'array', value: items };
  if (items.every(item => typeof item === 'number' && Number.isFinite(item)))
    return { type: 'array', value: items.filter(item => typeof item === 'number') };
  return asText(list);
}

/** Nothing for an object that a hook returned and that says itself that it is nothing. */
function asText(value: JsonValue): TypedAttribute | undefined {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : { type: 'string', value: text };
}
