import { Bag } from './bag.js';

/**
 * Tells everything that waits to stop waiting, once.
 *
 * Not an `AbortSignal`: Node takes more than ten listeners on one of those for a leak and prints a warning.
 */
export class Cancellation {
  readonly #callbacks = new Bag<(reason: Error) => void>();
  #reason: Error | undefined;

  get isCancelled(): boolean {
    return this.#reason !== undefined;
  }

  /**
   * Runs `callback` if cancelled from now on; not if that is happening just now. Returns a function that forgets it, and
   * says whether it was still known.
   */
  onCancel(callback: (reason: Error) => void): () => boolean {
    return this.#callbacks.add(callback);
  }

  cancel(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#callbacks.forEach(callback => callback(reason));
    this.#callbacks.clear();
  }
}
