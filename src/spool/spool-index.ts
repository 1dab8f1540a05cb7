import type { DataCategory } from '../protocol/loss-counter.js';
import type { Quantity } from '../transport/outgoing-envelope.js';
import type { SpoolFileHead } from './spool-file.js';

/** An envelope on disk. */
export interface SpoolEntry extends SpoolFileHead {
  /** Of its file. */
  readonly name: string;
  /** Of its file, in bytes. */
  readonly size: number;
  /** When it was spooled, in milliseconds since the epoch. */
  readonly stampMillis: number;
}

/** What is on disk, oldest first, and what that amounts to. */
export class SpoolIndex {
  #entries = new Map<string, SpoolEntry>();
  readonly #sums = new Map<DataCategory, number>();
  #bytes = 0;

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get quantities(): Quantity[] {
    return [...this.#sums].flatMap(([category, quantity]) =>
      quantity === 0 ? [] : [{ category, quantity }],
    );
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Adds the newest. */
  add(entry: SpoolEntry): void {
    this.delete(entry);
    this.#entries.set(entry.name, entry);
    this.#count(entry, 1);
  }

  /** Adds one that has been there before, at its place. */
  restore(entry: SpoolEntry): void {
    this.add(entry);
    this.sort();
  }

  delete({ name }: SpoolEntry): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    this.#count(entry, -1);
  }

  /** Puts everything in order by age. */
  sort(): void {
    const byName = [...this.#entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#entries = new Map(byName.map(entry => [entry.name, entry]));
  }

  /** The oldest that matches. */
  find(matches: (entry: SpoolEntry) => boolean): SpoolEntry | undefined {
    for (const entry of this.#entries.values()) if (matches(entry)) return entry;
    return undefined;
  }

  entries(): SpoolEntry[] {
    return [...this.#entries.values()];
  }

  clear(): void {
    this.#entries.clear();
    this.#sums.clear();
    this.#bytes = 0;
  }

  #count({ size, quantities }: SpoolEntry, sign: 1 | -1): void {
    this.#bytes += sign * size;
    for (const { category, quantity } of quantities) {
      this.#sums.set(category, (this.#sums.get(category) ?? 0) + sign * quantity);
    }
  }
}
