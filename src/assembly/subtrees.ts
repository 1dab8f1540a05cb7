import type { Segment, SpanNode } from './segment.js';

/**
 * Takes the finished spans out of a segment whose root is not going to be waited for, as trees: the topmost of each,
 * with what is below it under `waiting`.
 */
export function takeSubtrees(segment: Segment): SpanNode[] {
  const tops: SpanNode[] = [];
  const { finished } = segment;
  segment.finished = [];
  for (const node of finished) {
    const { parent } = node;
    if (parent?.state === 'finished') (parent.waiting ??= []).push(node);
    else tops.push(node);
  }
  for (const holder of segment.holders) {
    tops.push(...(holder.waiting ?? []));
    holder.waiting = undefined;
  }
  segment.holders.clear();
  return tops;
}

/** Everything that waits below `root`, at any depth. The links are taken apart on the way. */
export function withWaiting(root: SpanNode): SpanNode[] {
  const below: SpanNode[] = [];
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const child of node.waiting ?? []) {
      below.push(child);
      stack.push(child);
    }
    node.waiting = undefined;
  }
  return below;
}
