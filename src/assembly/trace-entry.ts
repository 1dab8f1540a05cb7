import type { ReadableSpan } from '../otel/types.js';
import type { Segment, SpanNode } from './segment.js';

/** What is known of a trace from the spans that have arrived. */
export class TraceEntry {
  /** Places of spans that have arrived and whose segment is known. */
  readonly nodes = new Map<string, SpanNode>();
  /** Segments whose root is here, each with an open span that stands for what is missing between it and the orphans. */
  readonly incomplete = new Map<Segment, SpanNode>();
  /** Spans whose parent has not arrived, by the id of that parent. */
  readonly #orphans = new Map<string, ReadableSpan[]>();
  #orphanCount = 0;

  get orphanCount(): number {
    return this.#orphanCount;
  }

  addOrphan(parentId: string, span: ReadableSpan): void {
    const siblings = this.#orphans.get(parentId);
    if (siblings === undefined) this.#orphans.set(parentId, [span]);
    else siblings.push(span);
    this.#orphanCount++;
  }

  /** The orphans whose parent has arrived. */
  takeChildrenOf(parentId: string): ReadableSpan[] {
    const children = this.#orphans.get(parentId) ?? [];
    this.#orphans.delete(parentId);
    this.#orphanCount -= children.length;
    return children;
  }

  /** Orphans whose parent is not an orphan itself, as far as `isWanted` wants them. */
  takeTopOrphans(isWanted: (span: ReadableSpan) => boolean): ReadableSpan[] {
    const orphanIds = new Set(
      [...this.#orphans.values()].flatMap(spans => spans.map(span => span.spanContext().spanId)),
    );
    const tops: ReadableSpan[] = [];
    for (const [parentId, spans] of this.#orphans) {
      if (orphanIds.has(parentId)) continue;
      const rest: ReadableSpan[] = [];
      for (const span of spans) (isWanted(span) ? tops : rest).push(span);
      if (rest.length > 0) this.#orphans.set(parentId, rest);
      else this.#orphans.delete(parentId);
    }
    this.#orphanCount -= tops.length;
    return tops;
  }

  /** Gives all orphans up. Returns how many there were. */
  clearOrphans(): number {
    const count = this.#orphanCount;
    this.#orphans.clear();
    this.#orphanCount = 0;
    return count;
  }
}
