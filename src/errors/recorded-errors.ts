import type { WritableSpan } from '../otel/types.js';

/** Sentry's SDKs mark error objects they have captured. https://github.com/getsentry/sentry-javascript/blob/develop/packages/core/src/utils/misc.ts */
const CAPTURED = '__sentry_captured__';

/**
 * Keeps the objects given to `recordException()`: the span event that comes of it has lost their class, their causes
 * and their identity.
 */
export class RecordedErrors {
  readonly #bySpan = new WeakMap<object, unknown[]>();

  /** Watches a span that has just started. Its own method is called as before. */
  watch(span: WritableSpan): void {
    const record = span.recordException.bind(span);
    const errors: unknown[] = [];
    const bySpan = this.#bySpan;
    span.recordException = (exception, time) => {
      errors.push(exception);
      if (errors.length === 1) bySpan.set(span, errors);
      record(exception, time);
    };
  }

  /** What the `fromEnd`-th last exception event of a span was made from, if it was made here. */
  of(span: object, fromEnd: number): unknown {
    // Full spans drop their oldest events, so only the order from the end can be relied on.
    return this.#bySpan.get(span)?.at(-fromEnd);
  }
}

/** Whether a Sentry SDK, or this package, has reported this very object. */
export function isCaptured(error: unknown): boolean {
  return isObject(error) && Reflect.get(error, CAPTURED) === true;
}

/** Keeps others from reporting it again. Frozen objects stay as they are. */
export function markCaptured(error: unknown): void {
  if (isObject(error))
    Reflect.defineProperty(error, CAPTURED, { value: true, configurable: true, writable: true });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
