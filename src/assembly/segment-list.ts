import type { Segment } from './segment.js';

/**
 * Segments in the order in which they were added, each once. Not a `Set`, which would keep whole trees alive
 * (transport/bag.ts). The links are on the segments: none can be in two lists.
 */
export class SegmentList {
  #oldest: Segment | undefined;
  #newest: Segment | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): Segment | undefined {
    return this.#oldest;
  }

  /** Adds a segment at the end, unless it is in already. */
  add(segment: Segment): void {
    if (this.#has(segment)) return;
    segment.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = segment;
    else this.#newest.newer = segment;
    this.#newest = segment;
    this.#size++;
  }

  delete(segment: Segment): void {
    if (!this.#has(segment)) return;
    const { older, newer } = segment;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    segment.older = segment.newer = undefined;
    this.#size--;
  }

  #has(segment: Segment): boolean {
    return segment.older !== undefined || segment === this.#oldest;
  }
}
