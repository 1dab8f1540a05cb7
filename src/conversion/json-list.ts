import type { JsonValue } from '../protocol/transaction.js';

/** `Array.isArray()` does not tell apart what cannot be written to. */
export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
