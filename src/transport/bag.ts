interface Slot<T> {
  readonly item: T;
  /** Where it lies; -1 when it was taken out. */
  index: number;
}

/**
 * Things that come and go all the time, in no order.
 *
 * Not a `Set`: when one makes room, V8 leaves its old table behind, with what was in it, as a root of all later ones.
 * Once such a table has grown old, everything that passes through the set lives until the next full garbage collection:
 * with a request's callbacks in it, 7 KB per request.
 */
export class Bag<T> {
  readonly #slots: Slot<T>[] = [];

  get size(): number {
    return this.#slots.length;
  }

  /** Returns a function that takes `item` out again, and says whether it was still in. */
  add(item: T): () => boolean {
    const slot = { item, index: this.#slots.length };
    this.#slots.push(slot);
    return () => this.#remove(slot);
  }

  /** Calls `use` with everything that is in now, unless it was taken out before its turn. */
  forEach(use: (item: T, takeOut: () => boolean) => void): void {
    for (const slot of this.#slots.slice()) {
      if (slot.index >= 0) use(slot.item, () => this.#remove(slot));
    }
  }

  clear(): void {
    for (const slot of this.#slots) slot.index = -1;
    this.#slots.length = 0;
  }

  /** The last one takes its place. */
  #remove(slot: Slot<T>): boolean {
    const { index } = slot;
    if (index < 0) return false;
    slot.index = -1;
    const last = this.#slots.pop();
    if (last === undefined || last === slot) return true;
    last.index = index;
    this.#slots[index] = last;
    return true;
  }
}
