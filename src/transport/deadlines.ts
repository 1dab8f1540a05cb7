import type { Clock } from '../clock.js';
import { Bag } from './bag.js';
import { setDeadline } from './deadline.js';

interface Watched {
  readonly atMillis: number;
  readonly expired: () => void;
}

/**
 * Watches many deadlines with one timer. A timer per request costs more than the rest of the bookkeeping of a request,
 * and nearly none of them ever fires.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #watched = new Bag<Watched>();
  #cancelTimer: (() => void) | undefined;
  #timerMillis = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expired` once when the time is over, unless the returned function is called before. */
  watch(expired: () => void, timeoutMillis: number): () => void {
    const atMillis = this.#clock.monotonicMillis() + timeoutMillis;
    const takeOut = this.#watched.add({ atMillis, expired });
    if (atMillis < this.#timerMillis) this.#setTimer(atMillis, timeoutMillis);
    return () => {
      if (takeOut() && this.#watched.size === 0) this.stop();
    };
  }

  /** Forgets all of them. */
  stop(): void {
    this.#watched.clear();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerMillis = Infinity;
  }

  #setTimer(atMillis: number, delayMillis: number): void {
    this.#cancelTimer?.();
    this.#timerMillis = atMillis;
    this.#cancelTimer = setDeadline(this.#clock, () => this.#check(), delayMillis);
  }

  #check(): void {
    const now = this.#clock.monotonicMillis();
    this.#timerMillis = Infinity;
    this.#cancelTimer = undefined;
    let next = Infinity;
    this.#watched.forEach(({ atMillis, expired }, takeOut) => {
      if (atMillis > now) next = Math.min(next, atMillis);
      else if (takeOut()) expired();
    });
    // An expired one may have led to a new one with a timer of its own.
    if (next < this.#timerMillis) this.#setTimer(next, next - now);
  }
}
