import type { Config } from '../config/config.js';
import { describeError, log } from '../otel/diagnostics.js';
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

  constructor(filters: Filters, losses: LossCounter) {
    this.#filters = filters;
    this.#losses = losses;
  }

  /** `undefined` when the transaction is not to be sent. */
  apply(event: TransactionEvent): TransactionEvent | undefined {
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
    const rejected = new Map<string, DropReason>();
    event.spans = event.spans.map(span => {
      try {
        const result = beforeSendSpan(span);
        if (isPresent(result)) return result;
        rejected.set(span.span_id, 'before_send');
      } catch (error) {
        log.error(`beforeSendSpan failed: ${describeError(error)}`);
        rejected.set(span.span_id, 'callback_error');
      }
      return span;
    });
    for (const reason of ['before_send', 'callback_error'] as const) {
      this.#remove(event, reason, span => rejected.get(span.span_id) === reason);
    }
  }

  #applyTransactionHook(event: TransactionEvent): TransactionEvent | undefined {
    const { beforeSendTransaction } = this.#filters;
    if (beforeSendTransaction === undefined) return event;
    const spansBefore = event.spans.length;
    try {
      const result = beforeSendTransaction(event);
      if (!isPresent(result)) return this.#drop(event, 'before_send', spansBefore);
      this.#losses.add('before_send', 'span', spansBefore - result.spans.length);
      return result;
    } catch (error) {
      log.error(`beforeSendTransaction failed: ${describeError(error)}`);
      return this.#drop(event, 'callback_error', spansBefore);
    }
  }

  #remove(event: TransactionEvent, reason: DropReason, isRemoved: (span: SpanJson) => boolean): void {
    const before = event.spans.length;
    event.spans = removeSpans(event.spans, isRemoved);
    this.#losses.add(reason, 'span', before - event.spans.length);
  }

  #drop(event: TransactionEvent, reason: DropReason, spans = event.spans.length): undefined {
    this.#losses.add(reason, 'transaction');
    this.#losses.add(reason, 'span', spans + 1);
  }
}

function matchable({ description, op, data }: SpanJson) {
  return { name: description, op, attributes: data };
}

/** JavaScript users return anything. */
function isPresent<T>(result: T | null | undefined): result is T {
  return typeof result === 'object' && result !== null;
}
