import type { Clock } from '../clock.js';
import { Fifo } from '../fifo.js';
import type { Segment, SpanNode } from './segment.js';

/** Frameworks end the span of a handler after the span of its request, in the same turn. */
const DEBOUNCE_MILLIS = 1;

/** Spans released at a time; the rest waits for the next turn so that a burst does not hold up the application. */
const MAX_SPANS_PER_TURN = 500;

interface Waiter {
  /** Resolved when so many roots have left. */
  readonly bound: number;
  readonly resolve: () => void;
}

/**
 * Decides when a finished root leaves: after the turn it ended in, and after its open descendants have ended or
 * `graceMillis` have passed.
 *
 * One timer for all roots of a turn and one for the oldest in grace, none per span.
 */
export class ReleaseSchedule {
  readonly #clock: Clock;
  readonly #graceMillis: number;
  readonly #release: (root: SpanNode) => number;
  /** Roots waiting for their turn. */
  readonly #ready = new Fifo<SpanNode>();
  /** Roots that have waited for it so far. */
  #ended = 0;
  /** Roots waiting for open descendants, with their deadlines; in order, as all wait equally long. */
  readonly #inGrace = new Map<Segment, number>();
  #cancelReady: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;
  /** In ascending order of `bound`. */
  readonly #waiters: Waiter[] = [];

  /** @param release sends a root off and returns how many spans went with it */
  constructor(clock: Clock, graceMillis: number, release: (root: SpanNode) => number) {
    this.#clock = clock;
    this.#graceMillis = graceMillis;
    this.#release = release;
  }

  /** A root has ended, or a span whose root has left. */
  ended(root: SpanNode): void {
    this.#ready.push(root);
    this.#ended++;
    this.#scheduleReady(DEBOUNCE_MILLIS);
  }

  /** The last open span of a segment has ended. */
  completed(segment: Segment): void {
    if (this.#inGrace.delete(segment)) this.ended(segment.root);
  }

  /** Resolves when every root that has ended by now has left, or waits for open descendants. */
  async released(): Promise<void> {
    if (this.#ready.length === 0) return;
    await new Promise<void>(resolve => this.#waiters.push({ bound: this.#ended, resolve }));
  }

  /** Sends everything off that has ended, without waiting for anything. */
  releaseAll(): void {
    this.#cancelReady?.();
    this.#cancelGrace?.();
    this.#cancelReady = this.#cancelGrace = undefined;
    const due = [...this.#ready.takeAll(), ...[...this.#inGrace.keys()].map(segment => segment.root)];
    this.#inGrace.clear();
    for (const root of due) this.#release(root);
    this.#tellReleased();
  }

  /** Sends the first of those off that wait for their turn, now. False when none waits. */
  releaseEarly(): boolean {
    if (this.#ready.length === 0) return false;
    this.#releaseReady();
    return true;
  }

  #scheduleReady(delayMillis: number): void {
    this.#cancelReady ??= this.#clock.setTimer(() => this.#releaseReady(), delayMillis);
  }

  #releaseReady(): void {
    this.#cancelReady?.();
    this.#cancelReady = undefined;
    let spans = 0;
    // Not what hooks end meanwhile: that has scheduled a turn of its own.
    for (let due = this.#ready.length; due > 0 && spans < MAX_SPANS_PER_TURN; due--) {
      const root = this.#ready.take();
      if (root === undefined) break;
      if (!this.#enterGrace(root)) spans += this.#release(root);
    }
    if (this.#ready.length > 0) this.#scheduleReady(0);
    this.#tellReleased();
  }

  #tellReleased(): void {
    const left = this.#ended - this.#ready.length;
    for (let next = this.#waiters[0]; next !== undefined && next.bound <= left; next = this.#waiters[0]) {
      this.#waiters.shift();
      next.resolve();
    }
  }

  /** A late span is not waited for twice: it has kept its root's grace. */
  #enterGrace(root: SpanNode): boolean {
    const { segment } = root;
    if (this.#graceMillis === 0 || segment.openSpans === 0 || root !== segment.root) return false;
    this.#inGrace.set(segment, this.#clock.monotonicMillis() + this.#graceMillis);
    this.#scheduleGrace();
    return true;
  }

  #scheduleGrace(): void {
    const [deadline] = this.#inGrace.values();
    if (deadline === undefined || this.#cancelGrace !== undefined) return;
    const delayMillis = Math.max(0, deadline - this.#clock.monotonicMillis());
    this.#cancelGrace = this.#clock.setTimer(() => this.#endGrace(), delayMillis);
  }

  #endGrace(): void {
    this.#cancelGrace = undefined;
    const now = this.#clock.monotonicMillis();
    for (const [segment, deadline] of this.#inGrace) {
      if (deadline > now) break;
      this.#inGrace.delete(segment);
      this.#release(segment.root);
    }
    this.#scheduleGrace();
  }
}
