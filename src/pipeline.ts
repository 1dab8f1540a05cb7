import { connectProfiler } from './connect-profiler.js';
import { createDelivery, createSpotlightOnly } from './create-delivery.js';
import { EnvelopeBuilder } from './envelope-builder.js';
import { guard, log } from './otel/diagnostics.js';
import { ResourceGate } from './otel/resource-gate.js';
import type { SpanTree } from './otel/span-tree.js';
import type { ProfileObserver } from './profile-source.js';
import type { DataCategory } from './protocol/loss-counter.js';
import type { Shared } from './shared.js';
import type { SegmentRecord } from './trace-state/segment-record.js';
import type { Delivery } from './transport/delivery.js';
import { holdProcess } from './transport/hold-process.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';
import { Settlements } from './transport/settlements.js';

/** Where trees come from. */
export interface TreeSource {
  /** Hands over every tree that has ended. */
  flush(): void;
  /** Hands over everything that has ended, for good. */
  drain(): void;
  readonly bufferedSpans: number;
}

/** How long flush and close wait for resource detectors at most. */
const MAX_RESOURCE_WAIT_MILLIS = 1000;

/** Stands for the key of a DSN in envelopes that only Spotlight gets. */
const SPOTLIGHT_KEY = 'spotlight';

type Destination = Pick<Delivery, 'post' | 'flush' | 'close'>;

interface Outlet {
  readonly builder: EnvelopeBuilder;
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
  readonly #sources: TreeSource[] = [];
  readonly #settlements = new Settlements();
  #undelivered = 0;
  #isClosed = false;
  #forgetExit: (() => void) | undefined;

  constructor(shared: Shared) {
    const { config, clock } = shared;
    this.#shared = shared;
    this.#gate = new ResourceGate(clock);
    if (config.dsn === undefined) {
      const destination = createSpotlightOnly(shared);
      if (destination === undefined) log.info('no dsn: traces are passed on, nothing is sent');
      else this.#outlet = { builder: new EnvelopeBuilder(shared, SPOTLIGHT_KEY), destination };
    } else {
      const delivery = createDelivery(shared, config.dsn);
      shared.backpressure.watch(() => delivery.isHealthy);
      this.delivery = delivery;
      this.#outlet = { builder: new EnvelopeBuilder(shared, config.dsn.publicKey), destination: delivery };
    }
    if (this.#outlet !== undefined) this.profiler = this.#connectProfiler();
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
    return this.#sources.reduce((sum, source) => sum + source.bufferedSpans, this.#gate.waitingSpans);
  }

  addSource(source: TreeSource): void {
    this.#sources.push(source);
  }

  /** Spans are being collected: from now on, what has ended is sent before the process ends for want of work. */
  collecting(): void {
    this.#forgetExit ??= this.#shared.naturalExit(() => {
      for (const source of this.#sources) source.drain();
      void this.flush();
    });
  }

  /** Takes a tree. Called from timers, so that nothing may be thrown: a tree that cannot be sent is counted as lost. */
  accept(tree: SpanTree, record: SegmentRecord): void {
    const spans = tree.descendants.length + 1;
    const isTaken = guard('taking a tree', false, () => {
      this.#gate.pass(tree.root.resource, spans, () => this.#send(tree, record));
      return true;
    });
    if (!isTaken) this.#lose(spans);
  }

  /** Envelopes that did not get through, so far. */
  get undelivered(): number {
    return this.#undelivered;
  }

  /** Waits for what has been handed over so far, resource detectors included. */
  async settled(): Promise<void> {
    await this.#gate.open(MAX_RESOURCE_WAIT_MILLIS);
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

  #demand(isDone: boolean): void {
    const { shutdownTimeoutMillis } = this.#shared.config;
    if (!isDone)
      throw new Error(`otel-sentry-bridge: not everything was sent within ${shutdownTimeoutMillis} ms`);
  }

  #send(tree: SpanTree, record: SegmentRecord): void {
    if (this.#outlet === undefined) return;
    const { builder, destination } = this.#outlet;
    const envelopes = guard('building envelopes', undefined, () =>
      builder.build(tree, record, this.profiler),
    );
    if (envelopes === undefined) this.#lose(tree.descendants.length + 1);
    for (const outgoing of envelopes ?? []) this.#post(outgoing, destination);
  }

  #post(outgoing: OutgoingEnvelope, destination: Destination): void {
    const ticket = this.#settlements.begin();
    destination.post(outgoing, ({ kind }) => {
      if (kind !== 'delivered' && kind !== 'spooled') this.#undelivered++;
      this.#settlements.end(ticket);
    });
  }

  #isLimited(category: DataCategory): boolean {
    const limits = this.delivery?.snapshot().rateLimits ?? [];
    return limits.some(limit => limit.category === category || limit.category === 'all');
  }

  #connectProfiler(): ProfileObserver | undefined {
    const profiler = connectProfiler(this.#shared, {
      isLimited: category => this.#isLimited(category),
      send: outgoing => this.#outlet && this.#post(outgoing, this.#outlet.destination),
      recording: () => this.collecting(),
    });
    const flush = () => profiler?.flush();
    this.addSource({ flush, drain: flush, bufferedSpans: 0 });
    return profiler;
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
      await this.#gate.open(Math.min(timeoutMillis / 2, MAX_RESOURCE_WAIT_MILLIS));
      return await finish(this.#outlet.destination, Math.max(0, deadline - clock.monotonicMillis()));
    } finally {
      release();
    }
  }

  #lose(spans: number): void {
    this.#shared.losses.add('internal_sdk_error', 'transaction');
    this.#shared.losses.add('internal_sdk_error', 'span', spans);
  }
}
