/** What is kept stays in memory, so it has to be small. */
const MAX_KEPT_BYTES = 65_536;

/** So many, as requests of several kinds take turns. */
const MAX_KEPT = 8;

/** Of a trace that is kept. */
export const MAX_KEPT_SPANS = 16;

/** One of so many is kept: what takes turns in pairs or in fours still all gets a place. */
const KEPT_INTERVAL = 31;

/**
 * Keeps a few small things that were sent, with what they were made of.
 *
 * A full garbage collection that finds no object of a shape (hidden class) makes V8 drop all optimised code that relies
 * on it. Spans, events and requests are short-lived, so that in a process that is idle at times this is the code that
 * handles them, of the SDK and the HTTP client as well as of this package: two hundred functions that are soon compiled
 * again, which takes as much CPU as sending does.
 *
 * To keep each thing for a moment would make the garbage collector promote it, with what hangs on it. Where all are
 * alike, a few are enough, as long as they are not the first ones, since shapes change while code is new.
 */
export class ShapeKeeper {
  readonly #kept: unknown[] = [];
  readonly #first: number;
  readonly #interval: number;
  #seen = 0;
  #next = 0;

  /**
   * @param first to be kept
   * @param interval from one that is to be kept to the next
   */
  constructor(first = 1, interval = KEPT_INTERVAL) {
    this.#first = first;
    this.#interval = interval;
  }

  /** Whether the next one is to be kept. To be asked for each. */
  isDue(): boolean {
    return (++this.#seen - this.#first) % this.#interval === 0;
  }

  /** @param bytes how much memory it takes, about */
  keep(kept: unknown, bytes: number): void {
    if (bytes > MAX_KEPT_BYTES) return;
    this.#kept[this.#next] = kept;
    this.#next = (this.#next + 1) % MAX_KEPT;
  }
}
