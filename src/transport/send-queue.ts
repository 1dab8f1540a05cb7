export interface SendQueueLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** First in, first out, bounded in items and in bytes. */
export class SendQueue<T extends { readonly size: number }> {
  readonly #limits: SendQueueLimits;
  /** Only what lies at or behind `#head` is waiting; the rest is cut off when it has become half of the array. */
  #items: (T | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  constructor(limits: SendQueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#items.length - this.#head;
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
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    this.#bytes -= item.size;
    if (this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
