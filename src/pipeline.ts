import { createDelivery } from './create-delivery.js';
import { EnvelopeBuilder } from './envelope-builder.js';
import { log } from './otel/diagnostics.js';
import { ResourceGate } from './otel/resource-gate.js';
import type { SpanTree } from './otel/span-tree.js';
import type { Shared } from './shared.js';
import type { SegmentRecord } from './trace-state/segment-record.js';
import type { Delivery } from './transport/delivery.js';

/** Where trees come from. */
export interface TreeSource {
  /** Hands over every tree that has ended. */
  flush(): void;
  /** Hands over everything that has ended, for good. */
  drain(): void;
  readonly bufferedSpans: number;
}

interface Outlet {
  readonly builder: EnvelopeBuilder;
  readonly delivery: Delivery;
}

/** Takes finished trees to Sentry: resource, conversion, envelope, delivery. Owns the deadlines of flush and close. */
export class Pipeline {
  readonly #shared: Shared;
  readonly #outlet: Outlet | undefined;
  readonly #gate: ResourceGate;
  readonly #sources: TreeSource[] = [];
  /** Envelopes handed over and not settled. */
  readonly #underway = new Set<Promise<void>>();
  #undelivered = 0;
  #forgetExit: (() => void) | undefined;

  constructor(shared: Shared) {
    const { config, clock } = shared;
    this.#shared = shared;
    this.#gate = new ResourceGate(clock);
    if (config.dsn === undefined) log.info('no dsn: traces are passed on, nothing is sent');
    else {
      const delivery = createDelivery(shared, config.dsn);
      shared.backpressure.watch(() => delivery.isHealthy);
      this.#outlet = { builder: new EnvelopeBuilder(shared, config.dsn.publicKey), delivery };
    }
  }

  /** False without a DSN: there is nothing to collect for. */
  get isSending(): boolean {
    return this.#outlet !== undefined;
  }

  get delivery(): Delivery | undefined {
    return this.#outlet?.delivery;
  }

  /** Finished spans that are not in an envelope yet. */
  get bufferedSpans(): number {
    return this.#sources.reduce((sum, source) => sum + source.bufferedSpans, 0);
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

  accept(tree: SpanTree, record: SegmentRecord): void {
    this.#gate.pass(tree.root.resource, () => this.#send(tree, record));
  }

  /** Envelopes that did not get through, so far. */
  get undelivered(): number {
    return this.#undelivered;
  }

  /** Waits for what is underway now. */
  async settled(): Promise<void> {
    await Promise.all(this.#underway);
  }

  /** Sends all trees that have ended. Resolves with whether everything was settled within `timeoutMillis`; never rejects. */
  flush(timeoutMillis: number = this.#shared.config.shutdownTimeoutMillis): Promise<boolean> {
    for (const source of this.#sources) source.flush();
    return this.#finish(timeoutMillis, (delivery, remainingMillis) => delivery.flush(remainingMillis));
  }

  /** Sends everything that has ended and refuses what comes later. Otherwise like `flush`. */
  close(timeoutMillis: number = this.#shared.config.shutdownTimeoutMillis): Promise<boolean> {
    this.#forgetExit?.();
    for (const source of this.#sources) source.drain();
    return this.#finish(timeoutMillis, (delivery, remainingMillis) => delivery.close(remainingMillis));
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
    const { builder, delivery } = this.#outlet;
    for (const outgoing of builder.build(tree, record)) {
      const underway = delivery.send(outgoing).then(({ kind }) => {
        if (kind !== 'delivered') this.#undelivered++;
        this.#underway.delete(underway);
      });
      this.#underway.add(underway);
    }
  }

  async #finish(
    timeoutMillis: number,
    finish: (delivery: Delivery, remainingMillis: number) => Promise<boolean>,
  ): Promise<boolean> {
    if (this.#outlet === undefined) return true;
    const { clock } = this.#shared;
    const deadline = clock.monotonicMillis() + timeoutMillis;
    await this.#gate.open(timeoutMillis);
    return finish(this.#outlet.delivery, Math.max(0, deadline - clock.monotonicMillis()));
  }
}
