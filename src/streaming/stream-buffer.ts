import type { Clock } from '../clock.js';
import { Fifo } from '../fifo.js';
import { MAX_CONTAINER_BYTES, MAX_CONTAINER_SPANS } from '../protocol/limits.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import type { BatchSink, StreamedEntry } from './span-batch.js';
import { spanWeight } from './span-weight.js';
import { TraceBucket } from './trace-bucket.js';

/** How long a finished span waits for others of its trace. https://develop.sentry.dev/sdk/telemetry/spans/span-buffer/ */
const MAX_WAIT_MILLIS = 5000;

/** How long a trace waits after a segment of it has ended, for what is still open below. */
const SEGMENT_END_MILLIS = 500;

/** Traces that wait at the same time; more make the oldest go. */
const MAX_BUCKETS = 1000;

/** Estimated bytes that wait; more make the oldest go, and twice as much is not kept. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/** Spans handed over at a time; the rest waits for the next turn so that a burst does not hold up the application. */
const MAX_SPANS_PER_TURN = 500;

/**
 * Collects finished spans by trace and hands them over in batches: five seconds after the first; when a segment has ended
 * and nothing of it is open any more, half a second after its end at the latest; or when there are enough of them.
 *
 * One timer for all traces; each span costs O(1), whatever else waits. What is not handed over is counted.
 */
export class StreamBuffer {
  readonly #clock: Clock;
  readonly #maxSpans: number;
  readonly #losses: LossCounter;
  readonly #sink: BatchSink;
  /** By trace id, oldest first: deadlines are in this order. */
  readonly #buckets = new Map<string, TraceBucket>();
  /** Those in which a segment has ended, with their earlier deadlines; in order, as all wait equally long. */
  readonly #segmentEnds = new Map<TraceBucket, number>();
  /** Complete batches that wait for their turn. */
  readonly #ready = new Fifo<TraceBucket>();
  #isHurried = false;
  #spans = 0;
  #bytes = 0;
  #timer: { readonly due: number; readonly cancel: () => void } | undefined;
  #whenReleased: (() => void)[] = [];

  constructor(clock: Clock, maxSpans: number, losses: LossCounter, sink: BatchSink) {
    this.#clock = clock;
    this.#maxSpans = maxSpans;
    this.#losses = losses;
    this.#sink = sink;
  }

  get bufferedSpans(): number {
    return this.#spans;
  }

  get bufferedTraces(): number {
    return this.#buckets.size;
  }

  /** @param isComplete no span of the segment is open any more */
  add(entry: StreamedEntry, isComplete = false): void {
    const bucket = this.#bucketOf(entry.span.spanContext().traceId);
    const isFirst = this.#timer === undefined;
    const bytes = spanWeight(entry.span);
    bucket.add(entry, bytes);
    this.#spans++;
    this.#bytes += bytes;
    const isFull = bucket.entries.length >= MAX_CONTAINER_SPANS || bucket.bytes >= MAX_CONTAINER_BYTES;
    if (entry.isRoot && !this.#segmentEnds.has(bucket))
      this.#segmentEnds.set(bucket, this.#clock.monotonicMillis() + SEGMENT_END_MILLIS);
    if (isFull || (isComplete && this.#segmentEnds.has(bucket))) this.#complete(bucket);
    this.#makeRoom();
    // All else is due later than what the timer is set for.
    if (isFirst || entry.isRoot || this.#ready.length > 0) this.#schedule();
  }

  /** The last open span of a segment has ended, and is not sent. */
  completed(traceId: string): void {
    const bucket = this.#buckets.get(traceId);
    if (bucket === undefined || !this.#segmentEnds.has(bucket)) return;
    this.#complete(bucket);
    this.#schedule();
  }

  /** Hands everything over from the next turn on, instead of when it is due. */
  hurry(): void {
    this.#isHurried = this.#buckets.size > 0;
    this.#schedule();
  }

  /** Hands everything over now, except what hooks end meanwhile: that might go on for ever. */
  flush(): void {
    this.#completeAll();
    for (let due = this.#ready.length; due > 0; due--) this.#handOver();
    this.#schedule();
  }

  /** Resolves when everything that was hurried has been handed over. */
  async released(): Promise<void> {
    if (this.#isHurried || this.#ready.length > 0)
      await new Promise<void>(resolve => this.#whenReleased.push(resolve));
  }

  #bucketOf(traceId: string): TraceBucket {
    const known = this.#buckets.get(traceId);
    if (known !== undefined) return known;
    if (this.#buckets.size >= MAX_BUCKETS) this.#completeOldest();
    const bucket = new TraceBucket(traceId, this.#clock.monotonicMillis() + MAX_WAIT_MILLIS);
    this.#buckets.set(traceId, bucket);
    return bucket;
  }

  #complete(bucket: TraceBucket): void {
    this.#buckets.delete(bucket.traceId);
    this.#segmentEnds.delete(bucket);
    this.#ready.push(bucket);
  }

  #completeAll(): void {
    this.#isHurried = false;
    for (const bucket of this.#buckets.values()) this.#complete(bucket);
  }

  #completeOldest(): void {
    const [oldest] = this.#buckets.values();
    if (oldest !== undefined) this.#complete(oldest);
  }

  /** In a burst that leaves no turn to hand anything over, the oldest is lost. */
  #makeRoom(): void {
    if (this.#bytes > MAX_WAITING_BYTES) this.#completeOldest();
    while (this.#spans > this.#maxSpans || this.#bytes > 2 * MAX_WAITING_BYTES) {
      if (this.#ready.length === 0) this.#completeOldest();
      const lost = this.#take();
      if (lost === undefined) return;
      this.#losses.add('buffer_overflow', 'span', lost.entries.length);
      this.#tellReleased();
    }
  }

  #take(): TraceBucket | undefined {
    const bucket = this.#ready.take();
    if (bucket !== undefined) {
      this.#spans -= bucket.entries.length;
      this.#bytes -= bucket.bytes;
    }
    return bucket;
  }

  #handOver(): number {
    const bucket = this.#take();
    if (bucket === undefined) return 0;
    this.#sink(bucket);
    this.#tellReleased();
    return bucket.entries.length;
  }

  #tellReleased(): void {
    if (!this.#isHurried && this.#ready.length === 0)
      for (const resolve of this.#whenReleased.splice(0)) resolve();
  }

  #schedule(): void {
    const due = this.#nextDue();
    if (due === this.#timer?.due) return;
    if (this.#timer !== undefined && due !== undefined && due > this.#timer.due) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (due === undefined) return;
    const delayMillis = Math.max(0, due - this.#clock.monotonicMillis());
    this.#timer = { due, cancel: this.#clock.setTimer(() => this.#onTime(), delayMillis) };
  }

  #nextDue(): number | undefined {
    if (this.#isHurried || this.#ready.length > 0) return 0;
    const [oldest] = this.#buckets.values();
    const [segmentEnd] = this.#segmentEnds.values();
    if (oldest === undefined) return undefined;
    return Math.min(oldest.deadline, segmentEnd ?? Infinity);
  }

  #onTime(): void {
    this.#timer = undefined;
    if (this.#isHurried) this.#completeAll();
    const now = this.#clock.monotonicMillis();
    for (const [bucket, deadline] of this.#segmentEnds) {
      if (deadline > now) break;
      this.#complete(bucket);
    }
    for (const bucket of this.#buckets.values()) {
      if (bucket.deadline > now) break;
      this.#complete(bucket);
    }
    let spans = 0;
    for (let due = this.#ready.length; due > 0 && spans < MAX_SPANS_PER_TURN; due--)
      spans += this.#handOver();
    this.#schedule();
  }
}
