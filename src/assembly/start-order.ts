import type { HrTime } from '../otel/types.js';
import type { SpanNode } from './segment.js';

/** Earlier start first; at the same instant the one that was started first, so that parents precede their children. */
export function byStart(a: SpanNode, b: SpanNode): number {
  return (a.span && b.span && compareTimes(a.span.startTime, b.span.startTime)) || a.index - b.index;
}

function compareTimes(a: HrTime, b: HrTime): number {
  return a[0] - b[0] || a[1] - b[1];
}
