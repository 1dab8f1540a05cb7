import { compareTimes } from '../otel/time.js';
import type { SpanNode } from './segment.js';

/** Earlier start first; at the same instant the one that was started first, so that parents precede their children. */
export function byStart(a: SpanNode, b: SpanNode): number {
  return (a.span && b.span && compareTimes(a.span.startTime, b.span.startTime)) || a.index - b.index;
}
