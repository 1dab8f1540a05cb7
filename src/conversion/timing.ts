import { toSeconds } from '../otel/time.js';
import type { SpanTree } from '../otel/span-tree.js';
import type { HrTime } from '../otel/types.js';

/** Seconds since the epoch. */
export interface Timing {
  readonly start: number;
  readonly end: number;
}

interface TimedSpan {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** Seconds since the epoch at the end of the year 9999, the last that has a date: what lies beyond is no time. */
const MAX_SECONDS = 253_402_300_799;

/**
 * When a span began and ended, so that Sentry accepts it: one span that ends before it starts, or starts at no time,
 * costs the whole transaction. Such a span is shown as an instant. `undefined` if it has no time at all.
 * https://github.com/getsentry/relay/blob/master/relay-event-normalization/src/validation.rs
 *
 * @param earliest the start of the transaction, for spans that do not know their own
 */
export function spanTiming({ startTime, endTime }: TimedSpan, earliest?: number): Timing | undefined {
  const recordedEnd = validSeconds(endTime);
  const start = validSeconds(startTime) ?? earlier(recordedEnd, earliest);
  if (start === undefined) return undefined;
  return { start, end: recordedEnd !== undefined && recordedEnd > start ? recordedEnd : start };
}

/** Seconds since the epoch, or `undefined` if it is no point in time. */
export function validSeconds(time: HrTime): number | undefined {
  const seconds = toSeconds(time);
  return seconds > 0 && seconds <= MAX_SECONDS ? seconds : undefined;
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

/**
 * When a transaction began and ended. A root without a time of its own takes that of its first descendant. Throws if
 * there is none at all: Sentry would reject the event.
 */
export function treeTiming({ root, descendants }: SpanTree): Timing {
  const own = spanTiming(root);
  if (own !== undefined) return own;
  for (const span of descendants) {
    const start = validSeconds(span.startTime);
    if (start !== undefined) return { start, end: start };
  }
  throw new TypeError('no span of the transaction has a time');
}
