import { removeSpans } from '../filtering/remove-spans.js';
import { toJson } from '../protocol/json.js';
import { MAX_EVENT_ITEM_BYTES, MAX_TRANSACTION_SPANS_BYTES } from '../protocol/limits.js';
import type { SpanJson, TransactionEvent } from '../protocol/transaction.js';
import { runSteps, type Steps } from '../steps.js';
import { cutTransactionValues, VALUE_CHARS } from './cut-values.js';
import { byExpendability } from './expendable-spans.js';
import { isSurelyWithin, utf8Length } from './utf8.js';
import { writeTransaction, type WrittenTransaction } from './write-transaction.js';

export interface FittedTransaction {
  /** What is sent. */
  readonly json: string;
  /** Spans that had to be left out. */
  readonly removedSpans: number;
}

/**
 * A transaction as JSON that Sentry accepts: at most 1 MiB, its spans at most 819,200 bytes.
 *
 * What is too large loses, in this order and no more than needed: the ends of long values, then its deepest and
 * shortest spans, then spans with errors, then the slowest. The root always stays. Changes `event`.
 */
export function* fitTransaction(event: TransactionEvent): Steps<FittedTransaction> {
  const written = yield* writeTransaction(event);
  if (fits(written)) return { json: written.json, removedSpans: 0 };
  unshareContexts(event);
  for (const maxChars of VALUE_CHARS) {
    cutTransactionValues(event, maxChars);
    const shorter = runSteps(writeTransaction(event));
    if (fits(shorter)) return { json: shorter.json, removedSpans: 0 };
  }
  return withoutExpendableSpans(event);
}

/** What comes from the resource is shared between events. */
function unshareContexts(event: TransactionEvent): void {
  const { trace, ...shared } = event.contexts;
  event.contexts = { trace };
  for (const [name, context] of Object.entries(shared)) event.contexts[name] = { ...context };
}

/** What fits the lower limit as a whole needs no counting; of the rest, each character is counted once. */
function fits({ json, spans, frame }: WrittenTransaction): boolean {
  if (isSurelyWithin(json, MAX_TRANSACTION_SPANS_BYTES)) return true;
  if (json.length > MAX_EVENT_ITEM_BYTES) return false;
  const spansBytes = utf8Length(spans);
  return (
    spansBytes <= MAX_TRANSACTION_SPANS_BYTES && utf8Length(frame) + spansBytes + 1 <= MAX_EVENT_ITEM_BYTES
  );
}

function withoutExpendableSpans(event: TransactionEvent): FittedTransaction {
  const before = event.spans.length;
  const rest = utf8Length(JSON.stringify({ ...event, spans: [] }));
  // A parent id written for a removed parent is as long as the one it replaces, so sizes do not change on the way.
  const sizes = new Map(event.spans.map(span => [span, utf8Length(JSON.stringify(span)) + 1]));
  let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 2);
  const budget = Math.min(MAX_TRANSACTION_SPANS_BYTES, MAX_EVENT_ITEM_BYTES - rest);
  const removed = new Set<SpanJson>();
  for (const span of byExpendability(event.spans, event.contexts.trace.span_id)) {
    if (bytes <= budget) break;
    removed.add(span);
    bytes -= sizes.get(span) ?? 0;
  }
  event.spans = removeSpans(event.spans, span => removed.has(span));
  if (rest > MAX_EVENT_ITEM_BYTES) dropLargest(event);
  return { json: toJson(event), removedSpans: before - event.spans.length };
}

/** Thousands of attributes on one root: whole ones have to go, those that take most first. */
function dropLargest(event: TransactionEvent): void {
  delete event.breadcrumbs;
  const { trace, ...contexts } = event.contexts;
  const entries = [trace.data, ...Object.values(contexts), event.tags ?? {}].flatMap(holder =>
    Object.entries(holder).map(([key, value]) => ({
      holder,
      key,
      bytes: utf8Length(JSON.stringify([key, value])),
    })),
  );
  let excess = utf8Length(JSON.stringify(event)) - MAX_EVENT_ITEM_BYTES;
  for (const { holder, key, bytes } of entries.sort((a, b) => b.bytes - a.bytes)) {
    if (excess <= 0) return;
    Reflect.deleteProperty(holder, key);
    // Two brackets more than the entry takes in the event, so that what is left always fits.
    excess -= bytes - 2;
  }
}
