import type { Clock } from '../clock.js';
import { describeError, log } from '../otel/diagnostics.js';
import { StateLog } from '../otel/state-log.js';

/** Milliseconds in which a relapse is not worth a word: a disk that is almost full takes what is small enough, now and then. */
const RELAPSE_MILLIS = 60_000;

/** Says in the application's log what the spool cannot do, and when it can again, once each. */
export class SpoolLog {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #occupied: StateLog;
  readonly #broken: StateLog;
  #problem = '';
  #repairedMillis = -RELAPSE_MILLIS;
  #hasQuarantined = false;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
    this.#occupied = new StateLog(
      () => log.warn(`another process or thread uses the spool in ${folder}; doing without until it ends`),
      () => log.info(`the spool in ${folder} is free`),
    );
    this.#broken = new StateLog(
      () =>
        log.warn(
          `the spool in ${folder} does not work (${this.#problem}); what Sentry does not get is lost until it does`,
        ),
      () => {
        this.#repairedMillis = clock.monotonicMillis();
        log.info(`the spool in ${folder} works again`);
      },
    );
  }

  occupied(isOccupied: boolean): void {
    this.#occupied.report(isOccupied);
  }

  failed(error: unknown): void {
    if (this.#clock.monotonicMillis() - this.#repairedMillis < RELAPSE_MILLIS) return;
    this.#problem = describeError(error);
    this.#broken.report(true);
  }

  works(): void {
    this.#broken.report(false);
  }

  found(items: number, bytes: number): void {
    if (items > 0) log.info(`found ${items} envelopes (${bytes} bytes) in the spool in ${this.#folder}`);
  }

  quarantined(name: string): void {
    if (!this.#hasQuarantined) log.warn(`cannot read ${name} in the spool in ${this.#folder}; set it aside`);
    this.#hasQuarantined = true;
  }
}
