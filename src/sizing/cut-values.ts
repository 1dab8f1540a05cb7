import { cutJson, cutValue } from '../conversion/cut-value.js';
import type { JsonValue, TransactionEvent } from '../protocol/transaction.js';

/** Cuts the values of a transaction, where they stand: data of all spans, descriptions, breadcrumbs, contexts. */
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
  for (const [name, context] of Object.entries(event.contexts)) {
    // What comes from the resource is shared between events.
    if (name !== 'trace') event.contexts[name] = { ...context };
    cutEntries(event.contexts[name] ?? context, maxChars);
  }
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
