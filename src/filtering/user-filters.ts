import type { Config } from '../config/config.js';
import { describeError, log } from '../otel/diagnostics.js';
import { isPromise } from '../otel/hook-result.js';
import type { DropReason, LossCounter } from '../protocol/loss-counter.js';
import type { SpanJson, TransactionEvent } from '../protocol/transaction.js';
import { matchesName, matchesSpan } from './patterns.js';
import { removeSpans } from './remove-spans.js';

type Filters = Pick<
  Config,
  'ignoreSpans' | 'ignoreTransactions' | 'beforeSendSpan' | 'beforeSendTransaction'
>;

/**
 * What users do not want to send, in this order: ignoreTransactions, ignoreSpans, beforeSendSpan,
 * beforeSendTransaction. What is dropped is counted; what a failing hook was given is dropped as well, since the hook
 * may be there to remove secrets.
 */
export class UserFilters {
  readonly #filters: Filters;
  readonly #losses: LossCounter;

  readonly #complained = new Set<string>();

  constructor(filters: Filters, losses: LossCounter) {
    this.#filters = filters;
    this.#losses = losses;
  }

  /** `undefined` when the transaction is not to be sent: `dropped` is told why. */
  apply(event: TransactionEvent, dropped?: (reason: DropReason) => void): TransactionEvent | undefined {
    const kept = this.#filter(event);
    if (typeof kept !== 'string') return kept;
    dropped?.(kept);
    return undefined;
  }

  #filter(event: TransactionEvent): TransactionEvent | DropReason {
    const { ignoreTransactions, ignoreSpans, beforeSendSpan } = this.#filters;
    if (matchesName(ignoreTransactions, event.transaction) || this.#ignoresRoot(event))
      return this.#drop(event, 'ignored');
    if (ignoreSpans.length > 0)
      this.#remove(event, 'ignored', span => matchesSpan(ignoreSpans, matchable(span)));
    if (beforeSendSpan !== undefined) this.#applySpanHook(event, beforeSendSpan);
    return this.#applyTransactionHook(event);
  }

  #ignoresRoot({ transaction, contexts: { trace } }: TransactionEvent): boolean {
    const { ignoreSpans } = this.#filters;
    return (
      ignoreSpans.length > 0 &&
      matchesSpan(ignoreSpans, { name: transaction, op: trace.op, attributes: trace.data })
    );
  }

  #applySpanHook(event: TransactionEvent, beforeSendSpan: NonNullable<Filters['beforeSendSpan']>): void {
    const rejected = new Map<SpanJson, DropReason>();
    event.spans = event.spans.map(span => {
      const { span_id, parent_span_id } = span;
      try {
        const result = beforeSendSpan(span);
        if (isSpan(result)) return result;
        if (isPresent(result)) throw wrongResult(result, 'a span');
        rejected.set(span, 'before_send');
      } catch (error) {
        this.#complain('beforeSendSpan', error);
        rejected.set(span, 'callback_error');
      }
      // The hook may have changed it before, but its children know it by this id.
      return Object.assign(span, { span_id }, parent_span_id !== undefined && { parent_span_id });
    });
    for (const reason of ['before_send', 'callback_error'] as const) {
      this.#remove(event, reason, span => rejected.get(span) === reason);
    }
  }

  #applyTransactionHook(event: TransactionEvent): TransactionEvent | DropReason {
    const { beforeSendTransaction } = this.#filters;
    if (beforeSendTransaction === undefined) return event;
    const spansBefore = event.spans.length;
    try {
      const result = beforeSendTransaction(event);
      if (isPresent(result) && !isTransaction(result)) throw wrongResult(result, 'a transaction');
      if (!isPresent(result)) return this.#drop(event, 'before_send', spansBefore);
      this.#losses.add('before_send', 'span', spansBefore - result.spans.length);
      return result;
    } catch (error) {
      this.#complain('beforeSendTransaction', error);
      return this.#drop(event, 'callback_error', spansBefore);
    }
  }

  /** Once per hook: it may fail for every span there is. */
  #complain(hook: string, error: unknown): void {
    if (this.#complained.has(hook)) return;
    this.#complained.add(hook);
    log.error(`${hook} failed: ${describeError(error)}`);
  }

  #remove(event: TransactionEvent, reason: DropReason, isRemoved: (span: SpanJson) => boolean): void {
    const before = event.spans.length;
    event.spans = removeSpans(event.spans, isRemoved);
    this.#losses.add(reason, 'span', before - event.spans.length);
  }

  #drop(event: TransactionEvent, reason: DropReason, spans = event.spans.length): DropReason {
    this.#losses.add(reason, 'transaction');
    this.#losses.add(reason, 'span', spans + 1);
    return reason;
  }
}

function matchable({ description, op, data }: SpanJson) {
  return { name: description, op, attributes: data };
}

/** JavaScript users return anything. */
function isPresent<T>(result: T | null | undefined): result is T {
  return typeof result === 'object' && result !== null;
}

function isSpan(result: SpanJson | null | undefined): result is SpanJson {
  if (!isPresent(result) || isPromise(result)) return false;
  const { span_id, trace_id, start_timestamp, timestamp } = result;
  return [span_id, trace_id].every(isText) && [start_timestamp, timestamp].every(Number.isFinite);
}

function isTransaction(result: TransactionEvent): boolean {
  if (isPromise(result)) return false;
  const { spans, event_id, transaction, contexts } = result;
  return Array.isArray(spans) && [event_id, transaction, contexts?.trace?.trace_id].every(isText);
}

function wrongResult(result: unknown, wanted: string): TypeError {
  return new TypeError(
    isPromise(result) ? 'it must not be asynchronous' : `it must return ${wanted} or null`,
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
