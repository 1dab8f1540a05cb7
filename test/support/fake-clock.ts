import type { Clock } from '../../src/clock.js';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: Timer[] = [];
  #turns = 0;
  readonly #epochAtStart: number;

  constructor(epochAtStart = 1_760_000_000_000) {
    this.#epochAtStart = epochAtStart;
  }

  epochMillis(): number {
    return this.#epochAtStart + this.#now;
  }

  monotonicMillis(): number {
    return this.#now;
  }

  setTimer(callback: () => void, delayMillis: number): () => void {
    const timer = { due: this.#now + delayMillis, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Timers that have fired, of which Node.js runs each in a turn of its own unless they were due together. */
  get turns(): number {
    return this.#turns;
  }

  /** Moves time forward, firing what falls due in order, timers set meanwhile included. */
  advance(millis: number): void {
    const target = this.#now + millis;
    for (;;) {
      const next = this.#timers.filter(timer => timer.due <= target).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter(timer => timer !== next);
      this.#now = Math.max(this.#now, next.due);
      this.#turns++;
      next.callback();
    }
    this.#now = Math.max(this.#now, target);
  }

  /** Time that something takes which is not interrupted: nothing fires meanwhile. */
  pass(millis: number): void {
    this.#now += millis;
  }

  /** Like `advance`, letting promise callbacks run between timers. */
  async advanceAsync(millis: number): Promise<void> {
    const target = this.#now + millis;
    await settle();
    for (;;) {
      const due = this.#timers.filter(timer => timer.due <= target).map(timer => timer.due);
      if (due.length === 0) break;
      this.advance(Math.max(0, Math.min(...due) - this.#now));
      await settle();
    }
    this.#now = target;
  }
}

/** Lets everything that waits only for promises run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>(resolve => setImmediate(resolve));
}
