import type { Clock } from '../clock.js';
import type { Resource } from './types.js';

/** How long trees wait for resource detectors before they go without what those would have found. */
const RESOURCE_TIMEOUT_MILLIS = 5000;
/** Trees that may wait; more go without. */
const MAX_WAITING = 1000;

/** Holds back what needs the attributes of a resource until its detectors are done. */
export class ResourceGate {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  /** Called when nothing is held back any more. */
  #onEmpty: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `then` now if the resource is complete, else as soon as it is, or after five seconds. Exactly once. */
  pass(resource: Resource, then: () => void): void {
    if (resource.asyncAttributesPending !== true || this.#waiting.size >= MAX_WAITING) {
      then();
      return;
    }
    const proceed = () => {
      if (!this.#waiting.delete(proceed)) return;
      cancel();
      then();
      if (this.#waiting.size === 0) for (const call of this.#onEmpty.splice(0)) call();
    };
    const cancel = this.#clock.setTimer(proceed, RESOURCE_TIMEOUT_MILLIS);
    this.#waiting.add(proceed);
    resource.waitForAsyncAttributes?.().then(proceed, proceed);
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
    for (const proceed of this.#waiting) proceed();
  }
}
