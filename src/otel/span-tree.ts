import type { ReadableSpan } from './types.js';

/** A finished local root and the finished descendants that travel with it. */
export interface SpanTree {
  readonly root: ReadableSpan;
  /** Parents before children, siblings by start time; at most `maxSpansPerTransaction`. */
  readonly descendants: readonly ReadableSpan[];
  /** The root's parent left in an earlier transaction: it ended too late to travel with it. */
  readonly isLate: boolean;
}
