import type { ReadableSpan } from './otel/types.js';

/** What is kept stays in memory, so it has to be small. */
const MAX_KEPT_SPANS = 100;

/**
 * Keeps the last root that was converted, and what was made of it.
 *
 * A garbage collection that finds no object of a shape (hidden class) makes V8 drop all optimised code that relies on
 * it. Spans and events are short-lived, so that in a process that is idle at times this is the code that handles them,
 * of the SDK as well as of this package: two hundred functions that are soon compiled again. With 400 requests per
 * second, that was a tenth of all CPU time.
 */
export class ShapeKeeper {
  readonly #kept: unknown[] = [];

  keep(root: ReadableSpan, made: unknown, spans: number): void {
    if (spans > MAX_KEPT_SPANS) return;
    this.#kept[0] = root;
    this.#kept[1] = made;
  }
}
