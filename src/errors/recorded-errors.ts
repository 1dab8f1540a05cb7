import type { WritableSpan } from '../otel/types.js';

/** Sentry's SDKs mark error objects they have captured. https://github.com/getsentry/sentry-javascript/blob/develop/packages/core/src/utils/misc.ts */
const CAPTURED = '__sentry_captured__';

/**
 * Keeps the objects given to `recordException()`, by the span event that came of each: the event has lost their class,
 * their causes and their identity.
 */
export class RecordedErrors {
  readonly #byEvent = new WeakMap<object, unknown>();

  /** Watches a span that has just started. Its own method is called as before. */
  watch(span: WritableSpan): void {
    const record = span.recordException.bind(span);
    span.recordException = (exception, time) => {
      const before = span.events.at(-1);
      record(exception, time);
      const event = span.events.at(-1);
      // Spans that have ended, and what cannot be read as an exception, make no event.
      if (event !== undefined && event !== before) this.#byEvent.set(event, exception);
    };
  }

  /** What an exception event was made from, if it was made here. */
  of(event: object): unknown {
    return this.#byEvent.get(event);
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
