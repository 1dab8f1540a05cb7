/** Logs a condition when it begins and when it ends, not each time it is met. */
export class StateLog {
  #active = false;
  readonly #began: () => void;
  readonly #ended: () => void;

  constructor(began: () => void, ended: () => void) {
    this.#began = began;
    this.#ended = ended;
  }

  report(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    if (active) this.#began();
    else this.#ended();
  }
}
