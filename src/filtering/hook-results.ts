import { isPromise } from '../otel/hook-result.js';
import type { SpanJson, TransactionEvent } from '../protocol/transaction.js';

/** Throws for what is no span that can be sent: JavaScript users return anything. */
export function assertSpan(result: SpanJson): void {
  assertIs(isSpan, result, 'a span');
}

/** Throws for what is no transaction that can be sent. */
export function assertTransaction(result: TransactionEvent): void {
  assertIs(isTransaction, result, 'a transaction');
}

function assertIs<T>(isRight: (result: T) => boolean, result: T, wanted: string): void {
  if (isPromise(result)) throw new TypeError('it must not be asynchronous');
  if (typeof result !== 'object' || result === null || !isRight(result))
    throw new TypeError(`it must return ${wanted} or null`);
  // Throws by itself for cycles and the like.
  if (typeof JSON.stringify(result) !== 'string') throw new TypeError('it must return what JSON can hold');
}

function isSpan(span: SpanJson): boolean {
  const { span_id, trace_id, start_timestamp, timestamp } = span;
  return [span_id, trace_id].every(isText) && isPeriod(start_timestamp, timestamp);
}

function isTransaction({
  spans,
  event_id,
  transaction,
  contexts,
  start_timestamp,
  timestamp,
}: TransactionEvent): boolean {
  return (
    [event_id, transaction, contexts?.trace?.trace_id, contexts?.trace?.span_id].every(isText) &&
    isPeriod(start_timestamp, timestamp) &&
    Array.isArray(spans) &&
    spans.every(span => typeof span === 'object' && span !== null && isSpan(span))
  );
}

/** Sentry refuses the whole transaction otherwise. */
function isPeriod(start: unknown, end: unknown): boolean {
  return typeof start === 'number' && typeof end === 'number' && Number.isFinite(end) && start <= end;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
