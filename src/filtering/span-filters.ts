import type { Config } from '../config/config.js';
import { describeSpan } from '../conversion/operation.js';
import { describeError, log } from '../otel/diagnostics.js';
import { isPromise } from '../otel/hook-result.js';
import type { ReadableSpan } from '../otel/types.js';
import type { SpanJson } from '../protocol/transaction.js';
import { matchesName, matchesSpan } from './patterns.js';

type Filters = Pick<Config, 'ignoreSpans' | 'ignoreTransactions' | 'beforeSendSpan'>;

/**
 * What users do not want to send of single spans. A span is ignored by what it starts with, so that what ends below it
 * can move up at once, and by what it ends with.
 */
export class SpanFilters {
  readonly #filters: Filters;
  #hasComplained = false;

  constructor(filters: Filters) {
    this.#filters = filters;
  }

  ignoresStarted(span: ReadableSpan): boolean {
    const { ignoreSpans } = this.#filters;
    if (ignoreSpans.length === 0) return false;
    const { description: name, op } = describeSpan(span);
    return matchesSpan(ignoreSpans, { name, op, attributes: span.attributes });
  }

  /** A root takes its whole segment with it. */
  ignoresStartedRoot(root: ReadableSpan): boolean {
    const { ignoreTransactions } = this.#filters;
    return (
      this.ignoresStarted(root) ||
      (ignoreTransactions.length > 0 && matchesName(ignoreTransactions, describeSpan(root).description))
    );
  }

  /** By name or by description: expressions written for transactions apply as well. */
  ignores({ name, description, op, data, is_segment: isSegment }: SpanJson): boolean {
    const { ignoreSpans, ignoreTransactions } = this.#filters;
    if (ignoreSpans.length === 0 && ignoreTransactions.length === 0) return false;
    const names = name === undefined || name === description ? [description] : [description, name];
    return names.some(
      candidate =>
        matchesSpan(ignoreSpans, { name: candidate, op, attributes: data }) ||
        (isSegment === true && matchesName(ignoreTransactions, candidate)),
    );
  }

  /** What the hook makes of a span; `undefined` when it is not to be sent. A hook that fails has no say. */
  applyHook(span: SpanJson): SpanJson | undefined {
    const { beforeSendSpan } = this.#filters;
    if (beforeSendSpan === undefined) return span;
    const untouched = { ...span, data: { ...span.data } };
    try {
      const result: SpanJson | null | undefined = beforeSendSpan(span);
      if (result === null || result === undefined) return undefined;
      if (!isSpan(result)) throw new TypeError('it must return a span or null, and not be asynchronous');
      return withSameNames(result, untouched);
    } catch (error) {
      this.#complain('beforeSendSpan', error);
      return untouched;
    }
  }

  /** Once: it may fail for every span there is. */
  #complain(hook: string, error: unknown): void {
    if (!this.#hasComplained) log.error(`${hook} failed: ${describeError(error)}`);
    this.#hasComplained = true;
  }
}

/** Where name and description were one, a hook that changes the description means both; ids stay as they are. */
function withSameNames(result: SpanJson, before: SpanJson): SpanJson {
  const { trace_id, span_id } = before;
  const isRenamed = result.description !== before.description && result.name === before.name;
  const wasOne = before.name === before.description;
  return { ...result, trace_id, span_id, ...(isRenamed && wasOne && { name: result.description }) };
}

/** JavaScript users return anything. */
function isSpan(result: SpanJson): boolean {
  if (typeof result !== 'object' || isPromise(result)) return false;
  const { description, data, start_timestamp, timestamp } = result;
  const areTimes = [start_timestamp, timestamp].every(Number.isFinite);
  return areTimes && typeof description === 'string' && typeof data === 'object' && data !== null;
}
