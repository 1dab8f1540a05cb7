/** Changes of the active transaction that are remembered; the oldest are forgotten. */
const MAX_MARKS = 65_536;

/** Remembers since when which thread was at work. */
export class ThreadMarks {
  readonly #times: Float64Array;
  readonly #threads: Float64Array;
  #count = 0;
  #last: number;

  /** @param initial the thread before the first mark */
  constructor(initial: number, capacity = MAX_MARKS) {
    this.#last = initial;
    this.#times = new Float64Array(capacity);
    this.#threads = new Float64Array(capacity);
  }

  /** From now on it is this thread. `nowMicros` is asked only if that is new. */
  mark(thread: number, nowMicros: () => number): void {
    if (thread === this.#last) return;
    const slot = this.#count++ % this.#times.length;
    this.#times[slot] = nowMicros();
    this.#threads[slot] = thread;
    this.#last = thread;
  }

  /** Undefined for times that are not remembered. */
  at(micros: number): number | undefined {
    const capacity = this.#times.length;
    let low = Math.max(0, this.#count - capacity);
    let high = this.#count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#times[middle % capacity] ?? Infinity) <= micros) low = middle + 1;
      else high = middle;
    }
    const index = low - 1;
    return index < Math.max(0, this.#count - capacity) ? undefined : this.#threads[index % capacity];
  }
}
