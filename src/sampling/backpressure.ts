import type { Clock } from '../clock.js';
import { log } from '../otel/diagnostics.js';
import { StateLog } from '../otel/state-log.js';

/** https://develop.sentry.dev/sdk/telemetry/traces/backpressure/ */
const CHECK_INTERVAL_MILLIS = 10_000;
const MAX_HALVINGS = 10;

/**
 * Samples less while Sentry, or the way to it, takes less than there is: every ten seconds of trouble halve the rate of
 * new traces, the first check without trouble restores it.
 *
 * Looked at when a trace starts, so that it needs no timer.
 */
export class Backpressure {
  readonly #clock: Clock;
  readonly #log = new StateLog(
    () => log.warn('delivery cannot keep up: fewer new traces are sampled until it can'),
    () => log.info('delivery keeps up again: new traces are sampled at the usual rate'),
  );
  #isHealthy: (() => boolean) | undefined;
  #lastCheck: number;
  #halvings = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastCheck = clock.monotonicMillis();
  }

  /** Follows the health of a delivery. Without one the rate stays as it is. */
  watch(isHealthy: () => boolean): void {
    this.#isHealthy = isHealthy;
  }

  /** How many times the rate of a trace that starts now is halved. */
  halvings(): number {
    if (this.#isHealthy === undefined) return 0;
    const now = this.#clock.monotonicMillis();
    if (now - this.#lastCheck >= CHECK_INTERVAL_MILLIS) {
      this.#lastCheck = now;
      this.#halvings = this.#isHealthy() ? 0 : Math.min(this.#halvings + 1, MAX_HALVINGS);
      this.#log.report(this.#halvings > 0);
    }
    return this.#halvings;
  }
}
