import { cutJson, cutValue } from '../conversion/cut-value.js';
import type { JsonValue, TransactionEvent } from '../protocol/transaction.js';

/** Longest values first: each round cuts what is longer than this many characters, until the whole fits. */
export const VALUE_CHARS = [4096, 1024, 256, 64];

/** Cuts the values of a transaction, where they stand: data of all spans, descriptions, breadcrumbs, contexts. None may be shared with others. */
export function cutTransactionValues(event: TransactionEvent, maxChars: number): void {
  for (const span of event.spans) {
    span.description = cutValue(span.description, maxChars);
    cutEntries(span.data, maxChars);
  }
  for (const breadcrumb of event.breadcrumbs ?? []) {
    breadcrumb.message = cutValue(breadcrumb.message, maxChars);
    if (breadcrumb.data !== undefined) cutEntries(breadcrumb.data, maxChars);
  }
  if (event.request !== undefined) cutEntries(event.request, maxChars);
  for (const context of Object.values(event.contexts)) cutEntries(context, maxChars);
  cutEntries(event.contexts.trace.data, maxChars);
}

function cutEntries(object: object, maxChars: number): void {
  for (const [key, value] of Object.entries(object)) {
    if (isJson(value)) Reflect.set(object, key, cutJson(value, maxChars));
  }
}

/** Everything in an event is. */
function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}
