import type { Config } from '../config/config.js';
import { describeSpan } from '../conversion/operation.js';
import { HookLog } from '../otel/hook-log.js';
import type { ReadableSpan } from '../otel/types.js';
import type { SpanJson } from '../protocol/transaction.js';
import { assertSpan } from './hook-results.js';
import { matchesName, matchesSpan } from './patterns.js';
import { remember } from './remember.js';

type Filters = Pick<Config, 'ignoreSpans' | 'ignoreTransactions' | 'beforeSendSpan'>;

/**
 * What users do not want to send of single spans. A span is ignored by what it starts with, so that what ends below it
 * can move up at once, and by what it ends with.
 */
export class SpanFilters {
  readonly #filters: Filters;
  readonly #log = new HookLog();

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
    const before = { ...span };
    const unmodified = remember(span);
    try {
      const result: SpanJson | null = beforeSendSpan(span);
      if (result === null) return undefined;
      assertSpan(result);
      return withSameNames(result, before);
    } catch (error) {
      this.#log.failed('beforeSendSpan', error);
      return unmodified();
    }
  }
}

/** Where name and description were one, a hook that changes the description means both; ids stay as they are. */
function withSameNames(result: SpanJson, before: SpanJson): SpanJson {
  const { trace_id, span_id } = before;
  const isRenamed = result.description !== before.description && result.name === before.name;
  const wasOne = before.name === before.description;
  return { ...result, trace_id, span_id, ...(isRenamed && wasOne && { name: result.description }) };
}
