import type { ReadableSpan } from './otel/types.js';

/** What is kept stays in memory, so it has to be small: as it is sent, that is, after long values were cut. */
const MAX_KEPT_CHARS = 65_536;

/**
 * Keeps the last root that was sent, or the first span of the last batch, and what was made of it.
 *
 * A full garbage collection that finds no object of a shape (hidden class) makes V8 drop all optimised code that relies
 * on it. Spans and events are short-lived, so that in a process that is idle at times this is the code that handles
 * them, of the SDK as well as of this package: two hundred functions that are soon compiled again.
 */
export class ShapeKeeper {
  readonly #kept: unknown[] = [];

  /** @param chars how long it is as JSON */
  keep(span: ReadableSpan, made: unknown, chars: number): void {
    if (chars > MAX_KEPT_CHARS) return;
    this.#kept[0] = span;
    this.#kept[1] = made;
  }
}
