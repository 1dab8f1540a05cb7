import type { Clock } from '../clock.js';
import type { SpanTree } from '../otel/span-tree.js';
import type { ReadableSpan } from '../otel/types.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import type { SegmentRecord } from '../trace-state/segment-record.js';
import { ReleaseSchedule } from './release-schedule.js';
import { depart, type Segment, type SpanNode } from './segment.js';
import { SegmentList } from './segment-list.js';
import { byStart } from './start-order.js';
import { takeSubtrees, withWaiting } from './subtrees.js';

export interface AssemblyLimits {
  readonly maxSpansPerTransaction: number;
  readonly maxBufferedSpans: number;
  readonly lateSpanGraceMillis: number;
}

/** Takes a finished tree with the sampling record of its segment. */
export type TreeSink = (tree: SpanTree, record: SegmentRecord) => void;

/** A segment keeps up to this many times what its transaction can hold before the excess is dropped for good. */
const PRUNE_FACTOR = 2;

/**
 * Collects finished spans until their root ends, then hands the tree over.
 *
 * Knows segments only by what is buffered in them: a segment whose spans never end is not held. Each span costs O(1)
 * amortised, whatever else is pending. What leaves without being handed over is counted.
 */
export class Assembly {
  readonly #limits: AssemblyLimits;
  readonly #losses: LossCounter;
  readonly #sink: TreeSink;
  readonly #schedule: ReleaseSchedule;
  /** Segments with spans in the buffer, oldest first. */
  readonly #buffered = new SegmentList();
  #bufferedSpans = 0;
  /** Told that a segment's transaction is about to leave, while spans can still be added to it. */
  onLeaving: ((segment: Segment) => void) | undefined;

  constructor(limits: AssemblyLimits, clock: Clock, losses: LossCounter, sink: TreeSink) {
    this.#limits = limits;
    this.#losses = losses;
    this.#sink = sink;
    this.#schedule = new ReleaseSchedule(clock, limits.lateSpanGraceMillis, root => this.#release(root));
  }

  get bufferedSpans(): number {
    return this.#bufferedSpans;
  }

  /** Segments that hold finished spans. */
  get bufferedSegments(): number {
    return this.#buffered.size;
  }

  /** Resolves when every tree that is complete by now has been handed over. */
  released(): Promise<void> {
    return this.#schedule.released();
  }

  /** A span has ended. Each node ends once. */
  ended(node: SpanNode, span: ReadableSpan): void {
    const { segment } = node;
    segment.openSpans--;
    node.state = 'finished';
    node.span = span;
    this.#bufferedSpans++;
    this.#buffered.add(segment);
    if (node === segment.root) this.#schedule.ended(node);
    else if (segment.hasLeft) this.#endedLate(node);
    else this.#endedInTime(node);
    if (segment.openSpans === 0) this.#schedule.completed(segment);
    if (this.#bufferedSpans > this.#limits.maxBufferedSpans) this.#evict();
  }

  /** A span that was counted as open will not end. */
  abandon(node: SpanNode): void {
    node.state = 'gone';
    if (--node.segment.openSpans === 0) this.#schedule.completed(node.segment);
  }

  /** Hands over every tree whose root has ended. */
  flush(): void {
    this.#schedule.releaseAll();
  }

  /** Hands over everything that has ended: subtrees of open roots as trees of their own. */
  drain(): void {
    // The second time for what hooks end meanwhile, which might go on for ever.
    for (let round = 1; round <= 2; round++) {
      this.flush();
      this.#handOverBuffered();
    }
  }

  #endedInTime(node: SpanNode): void {
    const { finished } = node.segment;
    finished.push(node);
    if (finished.length > PRUNE_FACTOR * this.#limits.maxSpansPerTransaction) this.#prune(node.segment);
  }

  /** The transaction has left: the span waits for its parent if that is still to come, else it travels on its own. */
  #endedLate(node: SpanNode): void {
    const { parent, segment } = node;
    segment.holders.delete(node);
    if (parent === undefined || parent.state === 'gone') {
      this.#schedule.ended(node);
      return;
    }
    (parent.waiting ??= []).push(node);
    if (parent.state === 'open') segment.holders.add(parent);
  }

  /** What starts after the earliest spans that fill a transaction can never be in it. */
  #prune(segment: Segment): void {
    const excess = segment.finished.sort(byStart).splice(this.#limits.maxSpansPerTransaction);
    this.#lose(excess);
  }

  #handOverBuffered(): void {
    for (let count = this.#buffered.size; count > 0; count--) {
      const segment = this.#buffered.oldest;
      if (segment === undefined) return;
      if (segment.root.state === 'finished') this.#release(segment.root);
      else
        for (const root of this.#takeSubtrees(segment))
          this.#handOver(root, withWaiting(root), segment.hasLeft);
    }
  }

  #takeSubtrees(segment: Segment): SpanNode[] {
    this.#buffered.delete(segment);
    return takeSubtrees(segment);
  }

  /** Returns how many spans left. */
  #release(root: SpanNode): number {
    const { segment } = root;
    if (root.state === 'gone') return 0;
    if (root !== segment.root) return this.#handOver(root, withWaiting(root), true);
    this.onLeaving?.(segment);
    const descendants = segment.finished;
    segment.finished = [];
    this.#buffered.delete(segment);
    return this.#handOver(root, descendants, false);
  }

  #handOver(rootNode: SpanNode, descendants: SpanNode[], isLate: boolean): number {
    const { segment } = rootNode;
    descendants.sort(byStart);
    const { maxSpansPerTransaction } = this.#limits;
    if (descendants.length > maxSpansPerTransaction) this.#lose(descendants.splice(maxSpansPerTransaction));
    const root = this.#take(rootNode);
    const spans: ReadableSpan[] = [];
    for (const node of descendants) {
      const span = this.#take(node);
      if (span !== undefined) spans.push(span);
    }
    if (isLate && segment.holders.size === 0) this.#buffered.delete(segment);
    if (root !== undefined) this.#sink({ root, descendants: spans, isLate }, segment.record);
    return spans.length + 1;
  }

  #take(node: SpanNode): ReadableSpan | undefined {
    const span = depart(node);
    if (span !== undefined) this.#bufferedSpans--;
    return span;
  }

  #lose(nodes: readonly SpanNode[]): void {
    for (const node of nodes) this.#take(node);
    this.#losses.add('buffer_overflow', 'span', nodes.length);
  }

  /** Makes room: a tree that is complete leaves early, spans whose root is still open are lost. */
  #evict(): void {
    for (let segment = this.#buffered.oldest; segment; segment = this.#buffered.oldest) {
      if (segment.root.state === 'finished') this.#release(segment.root);
      else this.#lose(this.#takeSubtrees(segment).flatMap(root => [root, ...withWaiting(root)]));
      if (this.#bufferedSpans <= this.#limits.maxBufferedSpans) return;
    }
    // What is left has lost its root, and only waits for its turn.
    while (this.#bufferedSpans > this.#limits.maxBufferedSpans && this.#schedule.releaseEarly());
  }
}
