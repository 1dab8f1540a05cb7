import { Assembly } from '../assembly/assembly.js';
import { TraceCollector, type CollectorRules } from '../assembly/trace-collector.js';
import type { Clock } from '../clock.js';
import { localParent } from '../otel/local-parent.js';
import type { SpanTree } from '../otel/span-tree.js';
import type { ReadableSpan } from '../otel/types.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import type { SegmentRecord } from '../trace-state/segment-record.js';
import { carriedState } from '../trace-state/state-carrier.js';
import { LeftOutSpans } from './left-out-spans.js';
import type { SpanStream } from './span-stream.js';

export interface ReceivedSpansSettings {
  readonly stream: SpanStream;
  readonly clock: Clock;
  readonly losses: LossCounter;
  readonly rules: CollectorRules;
  readonly lateSpanGraceMillis: number;
}

/**
 * Finished spans in batches, as an exporter gets them. Those that carry the decision of our sampler go at once; the
 * others wait for their root, since nothing is decided about them before.
 */
export class ReceivedSpans {
  readonly #stream: SpanStream;
  readonly #losses: LossCounter;
  readonly #rules: CollectorRules;
  readonly #undecided: TraceCollector;
  /** Requests to Sentry, and what is below them. */
  readonly #hidden = new LeftOutSpans();

  constructor({ stream, clock, losses, rules, lateSpanGraceMillis }: ReceivedSpansSettings) {
    this.#stream = stream;
    this.#losses = losses;
    this.#rules = rules;
    const limits = {
      lateSpanGraceMillis,
      maxBufferedSpans: rules.maxBufferedSpans,
      // There is no transaction that they would have to fit into.
      maxSpansPerTransaction: Infinity,
    };
    const assembly = new Assembly(limits, clock, losses, (tree, record) => this.#streamTree(tree, record));
    this.#undecided = new TraceCollector(assembly, losses, rules);
  }

  get bufferedSpans(): number {
    return this.#stream.bufferedSpans + this.#undecided.bufferedSpans;
  }

  /** Notes what is not to be seen: before the spans of a batch are added, as parents come after their children. */
  hide(spans: readonly ReadableSpan[]): void {
    for (let index = spans.length - 1; index >= 0; index--) {
      const span = spans[index];
      if (span === undefined) continue;
      const parent = localParent(span);
      const isBelow = parent !== undefined && this.#hidden.has(parent);
      if (isBelow || this.#rules.isOwnTraffic(span)) this.#hidden.add(span);
    }
  }

  add(span: ReadableSpan): void {
    const record = carriedState(span.spanContext())?.segment;
    if (record === undefined) this.#undecided.add(span);
    else if (!this.#hidden.has(span.spanContext())) this.#addDecided(span, record);
  }

  /** Sends what has been added, in the next turn: it was batched before. */
  hurry(): void {
    this.#stream.hurry();
  }

  flush(): void {
    this.#undecided.flush();
    this.#stream.flush();
  }

  drain(): void {
    this.#undecided.drain();
    this.#stream.drain();
  }

  async released(): Promise<void> {
    await this.#undecided.released();
    await this.#stream.released();
  }

  #addDecided(span: ReadableSpan, record: SegmentRecord): void {
    const isRoot = localParent(span) === undefined;
    if (record.sampled === true) this.#stream.ended(record, record, span, { isRoot });
    else if (record.lossReason !== undefined && !isRoot) this.#losses.add(record.lossReason, 'span');
  }

  #streamTree({ root, descendants, isLate }: SpanTree, record: SegmentRecord): void {
    this.#stream.ended(record, record, root, { isRoot: !isLate });
    for (const span of descendants) this.#stream.ended(record, record, span, { isRoot: false });
    this.#stream.hurry();
  }
}
