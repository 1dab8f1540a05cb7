import { Fifo } from '../fifo.js';

export interface SendQueueLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** First in, first out, bounded in items and in bytes. */
export class SendQueue<T extends { readonly size: number }> {
  readonly #limits: SendQueueLimits;
  readonly #items = new Fifo<T>();
  #bytes = 0;

  constructor(limits: SendQueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#items.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether less than half of the room is taken. */
  get isRelaxed(): boolean {
    return this.length * 2 <= this.#limits.maxItems && this.#bytes * 2 <= this.#limits.maxBytes;
  }

  /** Adds an item, or returns false when there is no room for it. */
  offer(item: T): boolean {
    if (this.length >= this.#limits.maxItems || this.#bytes + item.size > this.#limits.maxBytes) return false;
    this.#items.push(item);
    this.#bytes += item.size;
    return true;
  }

  take(): T | undefined {
    const item = this.#items.take();
    if (item !== undefined) this.#bytes -= item.size;
    return item;
  }
}
