import type { Clock } from '../clock.js';
import type { SpanFilters } from '../filtering/span-filters.js';
import type { ReadableSpan } from '../otel/types.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import type { SegmentRecord } from '../trace-state/segment-record.js';
import type { LeftOutSpans } from './left-out-spans.js';
import type { BatchSink } from './span-batch.js';
import { StreamBuffer } from './stream-buffer.js';
import { StreamedSegment } from './streamed-segment.js';

/** What stands for a segment: whatever lives as long as spans of it can end. */
export type SegmentKey = object;

export interface StreamSettings {
  readonly maxBufferedSpans: number;
  readonly clock: Clock;
  readonly losses: LossCounter;
  readonly filters: SpanFilters;
  readonly leftOut: LeftOutSpans;
  /** Exceptions recorded on spans are reported, on ignored ones as well. */
  readonly reportsErrors: boolean;
  readonly sink: BatchSink;
}

/** What the end of a span is to its segment. */
export interface Ending {
  readonly isRoot: boolean;
  /** No span of the segment is open any more, as far as that can be known. */
  readonly isComplete?: boolean;
}

/** Takes spans as they start and end, and lets them go without waiting for their roots. */
export class SpanStream {
  readonly #losses: LossCounter;
  readonly #filters: SpanFilters;
  readonly #leftOut: LeftOutSpans;
  readonly #reportsErrors: boolean;
  readonly #buffer: StreamBuffer;
  /** Where a key has its segment: what a `WeakMap` holds is kept until the next full garbage collection. */
  readonly #key = Symbol('otel-sentry-bridge streamed segment');

  constructor({ maxBufferedSpans, clock, losses, filters, leftOut, reportsErrors, sink }: StreamSettings) {
    this.#reportsErrors = reportsErrors;
    this.#losses = losses;
    this.#filters = filters;
    this.#leftOut = leftOut;
    this.#buffer = new StreamBuffer(clock, maxBufferedSpans, losses, sink);
  }

  get bufferedSpans(): number {
    return this.#buffer.bufferedSpans;
  }

  /** What is ignored by what it starts with is known to be before anything below it ends. */
  rootStarted(key: SegmentKey, record: SegmentRecord, root: ReadableSpan): void {
    const segment = this.#segmentOf(key, record);
    segment.attachRoot(root);
    segment.isIgnored = this.#filters.ignoresStartedRoot(root);
  }

  /** Like `rootStarted`, below a root. */
  childStarted(span: ReadableSpan): void {
    if (this.#filters.ignoresStarted(span)) this.#leftOut.add(span);
  }

  ended(key: SegmentKey, record: SegmentRecord, span: ReadableSpan, { isRoot, isComplete }: Ending): void {
    const segment = this.#segmentOf(key, record);
    if (isRoot) segment.attachRoot(span);
    const isIgnored = segment.isIgnored || this.#leftOut.has(span.spanContext());
    if (!isIgnored || (this.#reportsErrors && span.events.length > 0)) {
      this.#buffer.add({ span, segment, isRoot }, isComplete);
      return;
    }
    this.#losses.add('ignored', 'span');
    if (isComplete === true) this.#buffer.completed(span.spanContext().traceId);
  }

  hurry(): void {
    this.#buffer.hurry();
  }

  flush(): void {
    this.#buffer.flush();
  }

  /** Every span is complete in itself: there is nothing that a flush would leave. */
  drain(): void {
    this.#buffer.flush();
  }

  released(): Promise<void> {
    return this.#buffer.released();
  }

  #segmentOf(key: SegmentKey, record: SegmentRecord): StreamedSegment {
    const known: unknown = Reflect.get(key, this.#key);
    if (known instanceof StreamedSegment) return known;
    const segment = new StreamedSegment(record);
    Reflect.defineProperty(key, this.#key, { value: segment });
    return segment;
  }
}
