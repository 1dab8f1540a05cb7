import { localParent } from '../otel/local-parent.js';
import { compareTimes } from '../otel/time.js';
import type { HrTime, ReadableSpan } from '../otel/types.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import type { SegmentRecord } from '../trace-state/segment-record.js';
import type { Assembly } from './assembly.js';
import { Segment, type Exclusion, type SpanNode } from './segment.js';
import { TraceEntry } from './trace-entry.js';

/** Spans that are remembered after they left, so that children arriving later find their segment. */
const MAX_REMEMBERED_SPANS = 100_000;

/** Decides which spans are collected. */
export interface CollectorRules {
  admit(root: ReadableSpan): { readonly record: SegmentRecord; readonly exclusion: Exclusion | undefined };
  isOwnTraffic(span: ReadableSpan): boolean;
  readonly maxBufferedSpans: number;
}

/**
 * Puts spans that arrive in any order and grouping back into their segments, by their ids.
 *
 * An exporter does not see spans start: what is missing shows only in spans whose parent has not arrived. A root waits
 * for such parents as for open descendants, and takes the orphans along when it leaves.
 */
export class TraceCollector {
  readonly #assembly: Assembly;
  readonly #losses: LossCounter;
  readonly #rules: CollectorRules;
  /** Traces with orphans, oldest first. */
  readonly #pending = new Map<string, TraceEntry>();
  /** Traces without, least recently used first. */
  readonly #settled = new Map<string, TraceEntry>();
  #orphanSpans = 0;
  #rememberedSpans = 0;

  constructor(assembly: Assembly, losses: LossCounter, rules: CollectorRules) {
    this.#assembly = assembly;
    this.#losses = losses;
    this.#rules = rules;
    assembly.onLeaving = segment => this.#takeOrphansAlong(segment);
  }

  get bufferedSpans(): number {
    return this.#assembly.bufferedSpans + this.#orphanSpans;
  }

  add(span: ReadableSpan): void {
    const { traceId, spanId } = span.spanContext();
    this.#change(traceId, entry => {
      if (entry.nodes.has(spanId)) return;
      const parentId = localParent(span)?.spanId;
      const parent = parentId === undefined ? undefined : entry.nodes.get(parentId);
      if (parent !== undefined) this.#placeBelow(entry, parent, span);
      else if (parentId !== undefined) entry.addOrphan(parentId, span);
      else this.#placeRoot(entry, span);
    });
    this.#makeRoom();
  }

  flush(): void {
    this.#assembly.flush();
  }

  /** Resolves when every tree that is complete by now has been handed over. */
  released(): Promise<void> {
    return this.#assembly.released();
  }

  /** Hands everything over; orphans whose root never came as trees of their own. */
  drain(): void {
    this.#assembly.flush();
    for (const [traceId, entry] of this.#pending) {
      this.#change(traceId, () => {
        for (const orphan of entry.takeTopOrphans(() => true)) this.#placeRoot(entry, orphan);
        // What is left are each other's ancestors: no tree can be made of it.
        this.#losses.add('invalid', 'span', entry.clearOrphans());
      });
    }
    this.#assembly.drain();
  }

  #placeRoot(entry: TraceEntry, span: ReadableSpan): void {
    const { record, exclusion } = this.#rules.admit(span);
    const segment = new Segment(record, exclusion);
    this.#place(entry, segment.root, span);
    if (entry.orphanCount === 0 || exclusion !== undefined) return;
    entry.incomplete.set(segment, segment.startChild(segment.root));
  }

  #placeBelow(entry: TraceEntry, parent: SpanNode, span: ReadableSpan): void {
    this.#place(entry, this.#nodeBelow(parent, span), span);
  }

  #nodeBelow(parent: SpanNode, span: ReadableSpan): SpanNode {
    const { segment } = parent;
    const isIgnored = segment.exclusion === undefined && this.#rules.isOwnTraffic(span);
    return isIgnored ? new Segment(segment.record, 'ignored').root : segment.startChild(parent);
  }

  /** Gives a span its place, and everything that waited for it. */
  #place(entry: TraceEntry, node: SpanNode, span: ReadableSpan): void {
    const stack: [SpanNode, ReadableSpan][] = [[node, span]];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const [place, arrived] = next;
      const { spanId } = arrived.spanContext();
      entry.nodes.set(spanId, place);
      this.#collect(place, arrived);
      for (const child of entry.takeChildrenOf(spanId)) stack.push([this.#nodeBelow(place, child), child]);
    }
  }

  #collect(node: SpanNode, span: ReadableSpan): void {
    const { exclusion } = node.segment;
    if (exclusion === undefined) return this.#assembly.ended(node, span);
    node.state = 'gone';
    const { lossReason } = node.segment.record;
    if (lossReason !== undefined && node !== node.segment.root) this.#losses.add(lossReason, 'span');
  }

  /** Applies a change to a trace, then files it where it belongs now. */
  #change(traceId: string, change: (entry: TraceEntry) => void): void {
    const entry = this.#pending.get(traceId) ?? this.#settled.get(traceId) ?? new TraceEntry();
    const orphansBefore = entry.orphanCount;
    const nodesBefore = this.#settled.has(traceId) ? entry.nodes.size : 0;
    change(entry);
    this.#orphanSpans += entry.orphanCount - orphansBefore;
    this.#settled.delete(traceId);
    this.#rememberedSpans -= nodesBefore;
    if (entry.orphanCount > 0) {
      this.#pending.set(traceId, entry);
      return;
    }
    this.#pending.delete(traceId);
    if (entry.nodes.size > 0) this.#settled.set(traceId, entry);
    this.#rememberedSpans += entry.nodes.size;
    for (const phantom of entry.incomplete.values()) this.#assembly.abandon(phantom);
    entry.incomplete.clear();
  }

  /** Orphans below an ancestor that is still missing when the root leaves: they go with it, true parent ids and all. */
  #takeOrphansAlong(segment: Segment): void {
    const { traceId } = segment.record;
    const entry = this.#pending.get(traceId);
    const root = segment.root.span;
    if (entry === undefined || root === undefined || !entry.incomplete.delete(segment)) return;
    const isAlone = entry.incomplete.size === 0;
    this.#change(traceId, () => {
      for (const orphan of entry.takeTopOrphans(span => isAlone || startedWithin(span.startTime, root))) {
        this.#placeBelow(entry, segment.root, orphan);
      }
    });
  }

  #makeRoom(): void {
    for (const [traceId, entry] of this.#pending) {
      if (this.bufferedSpans <= this.#rules.maxBufferedSpans) break;
      this.#change(traceId, () => this.#lose(entry));
    }
    for (const [traceId, entry] of this.#settled) {
      if (this.#rememberedSpans <= MAX_REMEMBERED_SPANS) break;
      this.#settled.delete(traceId);
      this.#rememberedSpans -= entry.nodes.size;
    }
  }

  #lose(entry: TraceEntry): void {
    this.#losses.add('buffer_overflow', 'span', entry.clearOrphans());
  }
}

function startedWithin(time: HrTime, { startTime, endTime }: ReadableSpan): boolean {
  return compareTimes(startTime, time) <= 0 && compareTimes(time, endTime) <= 0;
}
