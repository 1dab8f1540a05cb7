import { describeError, log, StateLog } from '../otel/diagnostics.js';

/** Says in the application's log what the spool cannot do, and when it can again, once each. */
export class SpoolLog {
  readonly #folder: string;
  readonly #occupied: StateLog;
  readonly #broken: StateLog;
  #problem = '';
  #hasQuarantined = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#occupied = new StateLog(
      () => log.warn(`another process or thread uses the spool in ${folder}; doing without until it ends`),
      () => log.info(`the spool in ${folder} is free`),
    );
    this.#broken = new StateLog(
      () =>
        log.warn(
          `the spool in ${folder} does not work (${this.#problem}); what Sentry does not get is lost until it does`,
        ),
      () => log.info(`the spool in ${folder} works again`),
    );
  }

  occupied(isOccupied: boolean): void {
    this.#occupied.report(isOccupied);
  }

  failed(error: unknown): void {
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
