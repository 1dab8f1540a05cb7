import type { SpanJson } from '../protocol/transaction.js';

/** The remaining spans, with children of removed ones moved up to the nearest ancestor that remains. */
export function removeSpans(spans: readonly SpanJson[], isRemoved: (span: SpanJson) => boolean): SpanJson[] {
  const parentOfRemoved = new Map<string, string | undefined>();
  const remaining: SpanJson[] = [];
  for (const span of spans) {
    if (isRemoved(span)) parentOfRemoved.set(span.span_id, span.parent_span_id);
    else remaining.push(span);
  }
  if (parentOfRemoved.size > 0) for (const span of remaining) moveUp(span, parentOfRemoved);
  return remaining;
}

function moveUp(span: SpanJson, parentOfRemoved: ReadonlyMap<string, string | undefined>): void {
  let parent = span.parent_span_id;
  // Broken input may hold a cycle: no chain is longer than the number of removed spans.
  for (
    let steps = 0;
    parent !== undefined && steps < parentOfRemoved.size && parentOfRemoved.has(parent);
    steps++
  ) {
    parent = parentOfRemoved.get(parent);
  }
  if (parent === undefined) delete span.parent_span_id;
  else span.parent_span_id = parent;
}
