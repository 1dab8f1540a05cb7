import type { Clock } from '../clock.js';
import { clientReportItem } from '../protocol/client-report.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import type { SendEnvelope } from './envelope-sender.js';
import type { RateLimiter } from './rate-limiter.js';
import type { TransportResponse } from './transport.js';

export interface ClientReporterOptions {
  readonly losses: LossCounter;
  readonly send: SendEnvelope;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly clientReportIntervalMillis: number;
  readonly requestTimeoutMillis: number;
}

/**
 * Tells Sentry what was lost, in envelopes of their own. A report that does not arrive is never reported as lost
 * itself: its content goes into the next one. https://develop.sentry.dev/sdk/telemetry/client-reports/
 */
export class ClientReporter {
  readonly #options: ClientReporterOptions;
  #lastReportMillis: number;
  #current: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: ClientReporterOptions) {
    this.#options = options;
    this.#lastReportMillis = options.clock.monotonicMillis();
    this.#scheduleNext();
  }

  /** Reports if the interval is over: timers do not run in a process that is frozen between requests. */
  reportIfDue(): void {
    const { losses, clock, clientReportIntervalMillis } = this.#options;
    if (losses.isEmpty || clock.monotonicMillis() - this.#lastReportMillis < clientReportIntervalMillis)
      return;
    void this.report();
  }

  /** Reports everything lost so far. Resolves when that was tried; never rejects. */
  report(): Promise<void> {
    if (this.#current === undefined) return this.#begin();
    this.#following ??= this.#current.then(() => {
      this.#following = undefined;
      return this.#begin();
    });
    return this.#following;
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #begin(): Promise<void> {
    this.#current = this.#sendPending().finally(() => (this.#current = undefined));
    return this.#current;
  }

  async #sendPending(): Promise<void> {
    const { losses, send, rateLimiter, clock, requestTimeoutMillis } = this.#options;
    if (losses.isEmpty || rateLimiter.isLimited('internal')) return;
    this.#lastReportMillis = clock.monotonicMillis();
    const drained = losses.drain();
    const item = clientReportItem(drained, clock.epochMillis() / 1000);
    const result = await new Promise<TransportResponse | Error>(resolve =>
      send({ headers: {}, items: [item] }, requestTimeoutMillis, resolve),
    );
    if (!(result instanceof Error)) rateLimiter.observe(result);
    if (result instanceof Error || result.statusCode < 200 || result.statusCode > 299)
      losses.restore(drained);
  }

  #scheduleNext(): void {
    const { clock, clientReportIntervalMillis } = this.#options;
    this.#cancelTimer = clock.setTimer(() => {
      this.#scheduleNext();
      this.reportIfDue();
    }, clientReportIntervalMillis);
  }
}
