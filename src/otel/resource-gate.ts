import type { Clock } from '../clock.js';
import { describeError, log } from './diagnostics.js';
import type { Resource } from './types.js';

/** How long trees wait for resource detectors before they go without what those would have found. */
const RESOURCE_TIMEOUT_MILLIS = 5000;
/** Spans that may wait; more go without. */
const MAX_WAITING_SPANS = 10_000;

/** Holds back what needs the attributes of a resource until its detectors are done. */
export class ResourceGate {
  readonly #clock: Clock;
  readonly #waiting = new Map<() => void, number>();
  /** Resources whose detectors were waited for in vain: nobody waits for them again. */
  readonly #givenUp = new WeakSet<Resource>();
  #waitingSpans = 0;
  /** Called when nothing is held back any more. */
  #onEmpty: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get waitingSpans(): number {
    return this.#waitingSpans;
  }

  /** Runs `then` now if the resource is complete, else as soon as it is, or after five seconds. Exactly once. */
  pass(resource: Resource | undefined, spans: number, then: () => void): void {
    const mayWait =
      resource !== undefined && !this.#givenUp.has(resource) && this.#waitingSpans < MAX_WAITING_SPANS;
    if (resource?.asyncAttributesPending !== true || !mayWait) {
      then();
      return;
    }
    const proceed = () => {
      if (!this.#waiting.delete(proceed)) return;
      cancel();
      this.#waitingSpans -= spans;
      then();
      if (this.#waiting.size === 0) for (const call of this.#onEmpty.splice(0)) call();
    };
    const giveUp = () => {
      this.#givenUp.add(resource);
      proceed();
    };
    const cancel = this.#clock.setTimer(giveUp, RESOURCE_TIMEOUT_MILLIS);
    this.#waiting.set(proceed, spans);
    this.#waitingSpans += spans;
    whenSettled(resource).then(proceed, giveUp);
  }

  /** Waits for what is held back, at most `timeoutMillis`, then lets it all through. */
  async open(timeoutMillis: number): Promise<void> {
    if (this.#waiting.size > 0) {
      await new Promise<void>(resolve => {
        const cancel = this.#clock.setTimer(resolve, timeoutMillis);
        this.#onEmpty.push(() => {
          cancel();
          resolve();
        });
      });
    }
    for (const proceed of this.#waiting.keys()) proceed();
  }
}

/** Detectors are the application's: they may fail in any way. */
async function whenSettled(resource: Resource): Promise<void> {
  try {
    await resource.waitForAsyncAttributes?.();
  } catch (error) {
    log.warn(`a resource detector failed: ${describeError(error)}`);
  }
}
