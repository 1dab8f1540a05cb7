import type { Clock } from './clock.js';
import { Fifo } from './fifo.js';
import { reportFailure } from './otel/diagnostics.js';
import type { Steps } from './steps.js';

/** How long a large tree may hold up the application before it is interrupted. */
const TURN_MILLIS = 3;

/** Spans that may wait for their turn; of more, the oldest are converted at once. */
const MAX_WAITING_SPANS = 10_000;

interface Job {
  readonly steps: Steps<void>;
  readonly spans: number;
}

/**
 * Finished trees on their way into envelopes, in order of arrival. Nearly all are converted at once, as a turn of the
 * event loop costs more than that; of a large tree, a part in each turn.
 */
export class ConversionQueue {
  readonly #clock: Clock;
  readonly #jobs = new Fifo<Job>();
  #waitingSpans = 0;
  #cancelTurn: (() => void) | undefined;
  #isRunning = false;
  #whenIdle: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get waitingSpans(): number {
    return this.#waitingSpans;
  }

  add(steps: Steps<void>, spans: number): void {
    const isFirst = this.#jobs.length === 0;
    this.#jobs.push({ steps, spans });
    this.#waitingSpans += spans;
    if (isFirst) this.#turn();
    else if (this.#waitingSpans > MAX_WAITING_SPANS) this.#run(() => this.#waitingSpans <= MAX_WAITING_SPANS);
  }

  /** Converts everything that waits. Does nothing when called by a hook of what is being converted. */
  drain(): void {
    this.#run(() => false);
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    if (this.#jobs.length > 0) await new Promise<void>(resolve => this.#whenIdle.push(resolve));
  }

  #turn(): void {
    this.#cancelTurn = undefined;
    const end = this.#clock.monotonicMillis() + TURN_MILLIS;
    this.#run(() => this.#clock.monotonicMillis() >= end);
    if (this.#jobs.length > 0) this.#cancelTurn ??= this.#clock.setTimer(() => this.#turn(), 0);
  }

  /** @param isEnough asked after every step */
  #run(isEnough: () => boolean): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let job = this.#jobs.first; job !== undefined; job = this.#jobs.first) {
      if (!finishes(job.steps, isEnough)) break;
      this.#jobs.take();
      this.#waitingSpans -= job.spans;
      if (isEnough()) break;
    }
    this.#isRunning = false;
    if (this.#jobs.length > 0) return;
    this.#cancelTurn?.();
    this.#cancelTurn = undefined;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}

/** Returns whether the work was finished before it was enough. */
function finishes(steps: Steps<void>, isEnough: () => boolean): boolean {
  try {
    while (steps.next().done !== true) if (isEnough()) return false;
  } catch (error) {
    reportFailure('converting a tree', error);
  }
  return true;
}
