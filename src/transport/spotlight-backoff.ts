/** Milliseconds without an attempt after the first failure; twice as many after each further one. */
const FIRST_PAUSE_MILLIS = 1000;
/** https://develop.sentry.dev/sdk/expected-features/spotlight/ */
const MAX_PAUSE_MILLIS = 60_000;

/** How long to leave something alone that fails again and again. */
export class SpotlightBackoff {
  #pauseMillis = 0;

  get isTrouble(): boolean {
    return this.#pauseMillis > 0;
  }

  /** Returns the milliseconds to wait. */
  failed(): number {
    this.#pauseMillis = Math.min(Math.max(2 * this.#pauseMillis, FIRST_PAUSE_MILLIS), MAX_PAUSE_MILLIS);
    return this.#pauseMillis;
  }

  succeeded(): void {
    this.#pauseMillis = 0;
  }
}
