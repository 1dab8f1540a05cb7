import type { SpanContext } from '@opentelemetry/api';
import { localParent } from '../otel/local-parent.js';
import type { ReadableSpan } from '../otel/types.js';

/** Ids that are remembered for spans that do not share their contexts with their children. */
const MAX_REMEMBERED_IDS = 10_000;

/**
 * Spans that are not sent while what is below them is: their children move up to the nearest ancestor that is.
 *
 * Found by context, which the SDK hands to children as their parent, and so known as long as there can be children;
 * where contexts were copied, by the ids of the latest.
 */
export class LeftOutSpans {
  readonly #parents = new WeakMap<SpanContext, SpanContext | undefined>();
  readonly #parentsById = new Map<string, SpanContext | undefined>();

  add(span: ReadableSpan): void {
    const context = span.spanContext();
    const parent = this.#resolve(span.parentSpanContext);
    this.#parents.set(context, parent);
    this.#parentsById.set(context.spanId, parent);
    if (this.#parentsById.size <= MAX_REMEMBERED_IDS) return;
    const [oldest] = this.#parentsById.keys();
    if (oldest !== undefined) this.#parentsById.delete(oldest);
  }

  has(context: SpanContext): boolean {
    return this.#parents.has(context) || this.#parentsById.has(context.spanId);
  }

  /** The nearest ancestor that is not left out; what is in another process never is. */
  parentOf(span: ReadableSpan): SpanContext | undefined {
    return localParent(span) === undefined ? span.parentSpanContext : this.#resolve(span.parentSpanContext);
  }

  /** Chains are short: what was added skips those above that were left out by then. Broken input may hold a cycle. */
  #resolve(parent: SpanContext | undefined): SpanContext | undefined {
    let at = parent;
    for (let steps = 0; at !== undefined && this.has(at) && steps < MAX_REMEMBERED_IDS; steps++) {
      at = this.#parents.has(at) ? this.#parents.get(at) : this.#parentsById.get(at.spanId);
    }
    return at;
  }
}
