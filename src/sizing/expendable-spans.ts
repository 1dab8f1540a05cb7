import type { SpanJson } from '../protocol/transaction.js';

/** The spans that took longest say what the time went into. */
const SLOWEST_KEPT = 20;

/**
 * The spans of a transaction in the order in which they can be done without: the deepest first, of equally deep ones
 * the shortest. Errors come after all of these, the slowest last.
 */
export function byExpendability(spans: readonly SpanJson[], rootId: string): SpanJson[] {
  const depths = depthsOf(spans, rootId);
  const slowest = new Set([...spans].sort((a, b) => duration(b) - duration(a)).slice(0, SLOWEST_KEPT));
  const rank = (span: SpanJson) => (slowest.has(span) ? 2 : span.status === 'ok' ? 0 : 1);
  return [...spans].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (depths.get(b.span_id) ?? 0) - (depths.get(a.span_id) ?? 0) ||
      duration(a) - duration(b),
  );
}

function duration(span: SpanJson): number {
  return span.timestamp - span.start_timestamp;
}

/** Levels below the root; a span whose parent is not here counts as directly below it. */
function depthsOf(spans: readonly SpanJson[], rootId: string): ReadonlyMap<string, number> {
  const depths = new Map([[rootId, 0]]);
  const byId = new Map(spans.map(span => [span.span_id, span]));
  for (const span of spans) {
    const path: SpanJson[] = [];
    let at: SpanJson | undefined = span;
    // Broken input may hold a cycle: a path is never longer than there are spans.
    while (at !== undefined && !depths.has(at.span_id) && path.length <= spans.length) {
      path.push(at);
      at = at.parent_span_id === undefined ? undefined : byId.get(at.parent_span_id);
    }
    let depth = at === undefined ? 0 : (depths.get(at.span_id) ?? 0);
    for (const step of path.reverse()) depths.set(step.span_id, ++depth);
  }
  return depths;
}
