/** First in, first out, each in constant time, however many wait. Holds nothing that was taken. */
export class Fifo<T extends object> {
  /** Only what lies at or behind `#head` is waiting; the rest is cut off when it has become half of the array. */
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The one that is taken next. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  takeAll(): T[] {
    const items = this.#items.filter(item => item !== undefined);
    this.#items = [];
    this.#head = 0;
    return items;
  }
}
