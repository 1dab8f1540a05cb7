import type { JsonObject, JsonValue } from '../protocol/transaction.js';

/** Adds an attribute unless it is there. */
export function addAbsent(data: JsonObject, name: string, value: JsonValue | undefined): void {
  if (value !== undefined) data[name] ??= value;
}

/** Adds those that are not there. */
export function addAllAbsent(data: JsonObject, additions: Readonly<JsonObject>): void {
  for (const name in additions) addAbsent(data, name, additions[name]);
}
