import { context, type Span } from '@opentelemetry/api';
import type { BegunSpan } from './begin-span.js';
import { recordFailure } from './record-failure.js';

/**
 * Runs `fn` with the span active and records what it throws or rejects with. `settle` is called when the result is
 * there, for promises and other thenables when they have settled. Whatever comes of `fn` comes of this.
 */
export function runInSpan<T>(begun: BegunSpan, fn: (span: Span) => T, settle: (span: Span) => void): T {
  const { span } = begun;
  const fail = (error: unknown): never => {
    recordFailure(span, error);
    settle(span);
    throw error;
  };
  return context.with(begun.context, () => {
    let result: T;
    try {
      result = fn(span);
      // Query builders begin their work when `then()` is called: here, so that it belongs to the span.
      if (isThenable(result)) return follow(result, value => settled(value, span, settle), fail);
    } catch (error) {
      return fail(error);
    }
    return settled(result, span, settle);
  });
}

function settled<V>(value: V, span: Span, settle: (span: Span) => void): V {
  settle(span);
  return value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return hasMethod(value, 'then');
}

function hasMethod(value: unknown, name: string): boolean {
  const hasMembers = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return hasMembers && typeof Reflect.get(value, name) === 'function';
}

/** To whoever awaits it, a promise derived from the result is the result. */
function follow<T extends PromiseLike<unknown>>(
  result: T,
  onValue: (value: unknown) => unknown,
  onError: (error: unknown) => never,
): T {
  // What is no promise need not return one from `then()`.
  const promise = hasMethod(result, 'catch')
    ? result
    : new Promise((...settle) => void result.then(...settle));
  return promise.then(onValue, onError) as T;
}
