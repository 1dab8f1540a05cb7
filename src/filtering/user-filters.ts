import type { Config } from '../config/config.js';
import type { TransactionHint } from '../options.js';
import { HookLog } from '../otel/hook-log.js';
import type { DropReason, LossCounter } from '../protocol/loss-counter.js';
import type { SpanJson, TransactionEvent } from '../protocol/transaction.js';
import { assertSpan, assertTransaction } from './hook-results.js';
import { matchesName, matchesSpan } from './patterns.js';
import { remember } from './remember.js';
import { removeSpans } from './remove-spans.js';

type Filters = Pick<
  Config,
  'ignoreSpans' | 'ignoreTransactions' | 'beforeSendSpan' | 'beforeSendTransaction'
>;

/**
 * What users do not want to send, in this order: ignoreTransactions, ignoreSpans, beforeSendSpan,
 * beforeSendTransaction. What is dropped is counted. A hook that fails drops nothing: what it was given goes on as it
 * was before, whatever the hook had done to it by then.
 */
export class UserFilters {
  readonly #filters: Filters;
  readonly #losses: LossCounter;
  readonly #log = new HookLog();

  constructor(filters: Filters, losses: LossCounter) {
    this.#filters = filters;
    this.#losses = losses;
  }

  /** `undefined` when the transaction is not to be sent: `dropped` is told why. */
  apply(
    event: TransactionEvent,
    hint: TransactionHint,
    dropped?: (reason: DropReason) => void,
  ): TransactionEvent | undefined {
    const kept = this.#filter(event, hint);
    if (typeof kept !== 'string') return kept;
    dropped?.(kept);
    return undefined;
  }

  #filter(event: TransactionEvent, hint: TransactionHint): TransactionEvent | DropReason {
    const { ignoreTransactions, ignoreSpans, beforeSendSpan } = this.#filters;
    if (matchesName(ignoreTransactions, event.transaction) || this.#ignoresRoot(event))
      return this.#drop(event, 'ignored');
    if (ignoreSpans.length > 0)
      this.#remove(event, 'ignored', span => matchesSpan(ignoreSpans, matchable(span)));
    if (beforeSendSpan !== undefined) this.#applySpanHook(event, beforeSendSpan);
    return this.#applyTransactionHook(event, hint);
  }

  #ignoresRoot({ transaction, contexts: { trace } }: TransactionEvent): boolean {
    const { ignoreSpans } = this.#filters;
    return (
      ignoreSpans.length > 0 &&
      matchesSpan(ignoreSpans, { name: transaction, op: trace.op, attributes: trace.data })
    );
  }

  #applySpanHook(event: TransactionEvent, beforeSendSpan: NonNullable<Filters['beforeSendSpan']>): void {
    const rejected = new Set<SpanJson>();
    event.spans = event.spans.map(span => {
      const unmodified = remember(span);
      try {
        const result = beforeSendSpan(span);
        if (result === null) {
          // The hook may have changed it before, but its children know it by its id.
          const dropped = unmodified();
          rejected.add(dropped);
          return dropped;
        }
        assertSpan(result);
        return result;
      } catch (error) {
        this.#log.failed('beforeSendSpan', error);
        return unmodified();
      }
    });
    this.#remove(event, 'before_send', span => rejected.has(span));
  }

  #applyTransactionHook(event: TransactionEvent, hint: TransactionHint): TransactionEvent | DropReason {
    const { beforeSendTransaction } = this.#filters;
    if (beforeSendTransaction === undefined) return event;
    const spansBefore = event.spans.length;
    const unmodified = remember(event);
    try {
      // What comes from the resource is shared between events.
      event.contexts = structuredClone(event.contexts);
      const result = beforeSendTransaction(event, hint);
      if (result === null) return this.#drop(event, 'before_send', spansBefore);
      assertTransaction(result);
      this.#losses.add('before_send', 'span', spansBefore - result.spans.length);
      return result;
    } catch (error) {
      this.#log.failed('beforeSendTransaction', error);
      return unmodified();
    }
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
