import type { TreeSource } from './assembly/tree-source.js';
import { connectProfiler } from './connect-profiler.js';
import { ConversionQueue } from './conversion-queue.js';
import { createDelivery, createSpotlightOnly } from './create-delivery.js';
import { EnvelopeBuilder } from './envelope-builder.js';
import { SpanFilters } from './filtering/span-filters.js';
import { guard, log, reportFailure } from './otel/diagnostics.js';
import { ResourceGate } from './otel/resource-gate.js';
import type { SpanTree } from './otel/span-tree.js';
import type { ReadableSpan } from './otel/types.js';
import { unobservedClock } from './otel/unobserved-clock.js';
import type { ProfileObserver } from './profile-source.js';
import type { Shared } from './shared.js';
import type { Steps } from './steps.js';
import { LeftOutSpans } from './streaming/left-out-spans.js';
import type { SpanBatch } from './streaming/span-batch.js';
import { SpanEnvelopeBuilder } from './streaming/span-envelope-builder.js';
import { SpanStream } from './streaming/span-stream.js';
import type { SegmentRecord } from './trace-state/segment-record.js';
import type { Delivery } from './transport/delivery.js';
import { holdProcess } from './transport/hold-process.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';
import { Settlements } from './transport/settlements.js';

/** How long flush and close wait for resource detectors at most. */
const MAX_RESOURCE_WAIT_MILLIS = 1000;

/** Stands for the key of a DSN in envelopes that only Spotlight gets. */
const SPOTLIGHT_KEY = 'spotlight';

type Build = (outlet: Outlet) => Steps<OutgoingEnvelope[]>;

type Destination = Pick<Delivery, 'post' | 'flush' | 'close'>;

interface Outlet {
  readonly builder: EnvelopeBuilder;
  /** Where spans do not wait for their roots. */
  readonly spanBuilder: SpanEnvelopeBuilder | undefined;
  readonly destination: Destination;
}

/** Takes finished trees to Sentry: resource, conversion, envelope, delivery. Owns the deadlines of flush and close. */
export class Pipeline {
  /** Absent without a DSN. */
  readonly delivery: Delivery | undefined;
  /** Absent unless the options have one that works. */
  readonly profiler: ProfileObserver | undefined;
  readonly #shared: Shared;
  readonly #outlet: Outlet | undefined;
  readonly #gate: ResourceGate;
  readonly #queue: ConversionQueue;
  readonly #sources: TreeSource[] = [];
  readonly #settlements = new Settlements();
  readonly #spanFilters: SpanFilters;
  readonly #leftOut = new LeftOutSpans();
  #undelivered = 0;
  #isClosed = false;
  #forgetExit: (() => void) | undefined;

  constructor(shared: Shared) {
    const { config, clock } = shared;
    this.#shared = shared;
    this.#gate = new ResourceGate(clock);
    this.#queue = new ConversionQueue(unobservedClock(clock));
    this.#spanFilters = new SpanFilters(config);
    if (config.dsn === undefined) {
      const destination = createSpotlightOnly(shared);
      if (destination === undefined) log.info('no dsn: traces are passed on, nothing is sent');
      else this.#outlet = this.#outletTo(destination, SPOTLIGHT_KEY);
    } else {
      const delivery = createDelivery(shared, config.dsn);
      shared.backpressure.watch(() => delivery.isHealthy);
      this.delivery = delivery;
      this.#outlet = this.#outletTo(delivery, config.dsn.publicKey);
    }
    if (this.#outlet !== undefined) this.profiler = connectProfiler(shared, this);
  }

  /** False with neither a DSN nor a Spotlight: there is nothing to collect for. */
  get isSending(): boolean {
    return this.#outlet !== undefined;
  }

  /** No more spans are taken. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Finished spans that are not in an envelope yet. */
  get bufferedSpans(): number {
    const inside = this.#gate.waitingSpans + this.#queue.waitingSpans;
    return this.#sources.reduce((sum, source) => sum + source.bufferedSpans, inside);
  }

  addSource(source: TreeSource): void {
    this.#sources.push(source);
  }

  /** Spans are being collected: from now on, what has ended is sent before the process ends for want of work. */
  collecting(): void {
    if (this.#forgetExit !== undefined) return;
    this.delivery?.prepare();
    this.#forgetExit = this.#shared.naturalExit(() => {
      for (const source of this.#sources) source.drain();
      void this.flush();
    });
  }

  /** Takes a tree. Called from timers, so that nothing may be thrown: a tree that cannot be sent is counted as lost. */
  accept(tree: SpanTree, record: SegmentRecord): void {
    const spans = tree.descendants.length + 1;
    const lose = () => {
      this.#shared.losses.add('internal_sdk_error', 'transaction');
      this.#shared.losses.add('internal_sdk_error', 'span', spans);
    };
    this.#pass(tree.root, spans, ({ builder }) => builder.build(tree, record, this.profiler), lose);
  }

  /** What takes spans without waiting for their roots; undefined unless the options want that. */
  openStream(): SpanStream | undefined {
    const { config, clock, losses } = this.#shared;
    if (config.traceLifecycle !== 'stream') return undefined;
    return new SpanStream({
      maxBufferedSpans: config.maxBufferedSpans,
      clock: unobservedClock(clock),
      losses,
      filters: this.#spanFilters,
      leftOut: this.#leftOut,
      reportsErrors: config.captureExceptions !== false,
      sink: batch => this.#acceptBatch(batch),
    });
  }

  /** Sends an envelope. */
  post(outgoing: OutgoingEnvelope): void {
    const ticket = this.#settlements.begin();
    this.#outlet?.destination.post(outgoing, ({ kind }) => {
      if (kind !== 'delivered' && kind !== 'spooled') this.#undelivered++;
      this.#settlements.end(ticket);
    });
  }

  /** Envelopes that did not get through, so far. */
  get undelivered(): number {
    return this.#undelivered;
  }

  /** Waits for what has been handed over so far, resource detectors included. */
  async settled(): Promise<void> {
    await this.#gate.open(MAX_RESOURCE_WAIT_MILLIS);
    await this.#queue.idle();
    await this.#settlements.settled();
  }

  /** Sends all trees that have ended. Resolves with whether everything was settled within `timeoutMillis`; never rejects. */
  async flush(timeoutMillis: number = this.#shared.config.shutdownTimeoutMillis): Promise<boolean> {
    for (const source of this.#sources) source.flush();
    return this.#finish(timeoutMillis, (destination, remainingMillis) => destination.flush(remainingMillis));
  }

  /** Sends everything that has ended and refuses what comes later. Otherwise like `flush`. */
  async close(timeoutMillis: number = this.#shared.config.shutdownTimeoutMillis): Promise<boolean> {
    this.#isClosed = true;
    this.#forgetExit?.();
    for (const source of this.#sources) source.drain();
    // What is being converted may still ask for its profile.
    this.#queue.drain();
    this.profiler?.close();
    return this.#finish(timeoutMillis, (destination, remainingMillis) => destination.close(remainingMillis));
  }

  /** `flush` the way OpenTelemetry wants to hear of it. */
  async forceFlush(): Promise<void> {
    this.#demand(await this.flush());
  }

  /** `close` the way OpenTelemetry wants to hear of it. */
  async shutdown(): Promise<void> {
    this.#demand(await this.close());
  }

  #acceptBatch(batch: SpanBatch): void {
    const [first] = batch.entries;
    const spans = batch.entries.length;
    const lose = () => this.#shared.losses.add('internal_sdk_error', 'span', spans);
    const build: Build = outlet => buildBatch(outlet, batch);
    if (first) this.#pass(first.span, spans, build, lose);
  }

  /** Holds back what is made of spans until their resource is known. */
  #pass(first: ReadableSpan, spans: number, build: Build, lose: () => void): void {
    const isTaken = guard('taking a tree', false, () => {
      this.#gate.pass(first.resource, spans, () => this.#queue.add(this.#send(build, lose), spans));
      return true;
    });
    if (!isTaken) lose();
  }

  #demand(isDone: boolean): void {
    const { shutdownTimeoutMillis } = this.#shared.config;
    if (!isDone)
      throw new Error(`otel-sentry-bridge: not everything was sent within ${shutdownTimeoutMillis} ms`);
  }

  *#send(build: Build, lose: () => void): Steps<void> {
    if (this.#outlet === undefined) return;
    try {
      for (const outgoing of yield* build(this.#outlet)) this.post(outgoing);
    } catch (error) {
      reportFailure('building envelopes', error);
      lose();
    }
  }

  async #finish(
    timeoutMillis: number,
    finish: (destination: Destination, remainingMillis: number) => Promise<boolean>,
  ): Promise<boolean> {
    if (this.#outlet === undefined) return true;
    const { clock } = this.#shared;
    const deadline = clock.monotonicMillis() + timeoutMillis;
    // Detectors may fail to settle, and nothing else may keep the process alive; most of the time is for the network.
    const release = holdProcess(timeoutMillis);
    try {
      this.#queue.drain();
      await this.#gate.open(Math.min(timeoutMillis / 2, MAX_RESOURCE_WAIT_MILLIS));
      this.#queue.drain();
      return await finish(this.#outlet.destination, Math.max(0, deadline - clock.monotonicMillis()));
    } finally {
      release();
    }
  }

  #outletTo(destination: Destination, publicKey: string): Outlet {
    const spanBuilder =
      this.#shared.config.traceLifecycle === 'stream'
        ? new SpanEnvelopeBuilder(this.#shared, publicKey, this.#spanFilters, this.#leftOut)
        : undefined;
    return { builder: new EnvelopeBuilder(this.#shared, publicKey), spanBuilder, destination };
  }
}

// A generator function that was made anew for each batch would have a hidden class of its own, which outlives every
// garbage collection but the full ones, and the batch with it.
function* buildBatch({ spanBuilder }: Outlet, batch: SpanBatch): Steps<OutgoingEnvelope[]> {
  return spanBuilder === undefined ? [] : yield* spanBuilder.build(batch);
}
