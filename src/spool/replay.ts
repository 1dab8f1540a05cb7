import type { Clock } from '../clock.js';
import type { SpoolAccess } from '../transport/delivery-options.js';
import { coversCategory, type ActiveRateLimit } from '../transport/rate-limiter.js';
import type { SpoolLog } from './spool-log.js';
import type { SpoolStore } from './spool-store.js';

/** Milliseconds between envelopes. https://develop.sentry.dev/sdk/foundations/transport/offline-caching/ */
export const SPACING_MILLIS = 100;
/** Milliseconds after the first failure; twice as long after each further one. As in Sentry's own SDK for Node. */
export const FIRST_BACKOFF_MILLIS = 5000;
/** As in Sentry's own SDK for Node. */
export const MAX_BACKOFF_MILLIS = 60 * 60 * 1000;

export interface ReplayOptions {
  readonly store: SpoolStore;
  readonly access: SpoolAccess;
  readonly clock: Clock;
  readonly log: SpoolLog;
}

/** Sends what is on disk, oldest first, one at a time and without haste: what is new has precedence. */
export class Replay {
  readonly #options: ReplayOptions;
  #backoffMillis = FIRST_BACKOFF_MILLIS;
  #isBackingOff = false;
  #isStopped = false;
  #step: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /** Sends what is there, beginning now. */
  begin(): void {
    this.#schedule(0);
  }

  /** There is something to send that could not be sent a moment ago. */
  added(): void {
    if (this.#step !== undefined || this.#cancelTimer !== undefined) return;
    this.#schedule(this.#backOff());
  }

  /** Sentry can be reached: there is nothing to wait for. */
  reachable(): void {
    if (!this.#isBackingOff) return;
    this.#backoffMillis = FIRST_BACKOFF_MILLIS;
    this.#isBackingOff = false;
    if (this.#step === undefined) this.#schedule(SPACING_MILLIS);
  }

  /** Begins nothing more. Resolves when what was begun has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    await this.#step;
  }

  #schedule(delayMillis: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isStopped) return;
    this.#cancelTimer = this.#options.clock.setTimer(() => {
      this.#cancelTimer = undefined;
      this.#step = this.#run();
    }, delayMillis);
  }

  async #run(): Promise<void> {
    const pauseMillis = await this.#sendNext();
    this.#step = undefined;
    if (pauseMillis !== undefined) this.#schedule(pauseMillis);
  }

  /** Resolves with how long to wait before the next one; undefined if there is none. */
  async #sendNext(): Promise<number | undefined> {
    const { store, access, log } = this.#options;
    try {
      const limits = access.rateLimits();
      const entry = await store.take(category => coversCategory(limits, category));
      if (entry === undefined) return store.items === 0 ? undefined : untilFirstEnds(limits);
      const outgoing = await store.read(entry);
      if (outgoing === undefined) return 0;
      if (this.#isStopped) return undefined;
      const { kind } = await access.replay(outgoing);
      if (kind === 'failed') {
        store.returnUnsent();
        return this.#backOff();
      }
      this.#isBackingOff = false;
      this.#backoffMillis = FIRST_BACKOFF_MILLIS;
      await store.finish(entry);
      log.works();
      return SPACING_MILLIS;
    } catch (error) {
      store.returnUnsent();
      log.failed(error);
      return this.#backOff();
    }
  }

  #backOff(): number {
    const pauseMillis = this.#backoffMillis;
    this.#backoffMillis = Math.min(this.#backoffMillis * 2, MAX_BACKOFF_MILLIS);
    this.#isBackingOff = true;
    return pauseMillis;
  }
}

function untilFirstEnds(limits: readonly ActiveRateLimit[]): number {
  return Math.max(SPACING_MILLIS, Math.min(...limits.map(({ remainingMillis }) => remainingMillis)));
}
