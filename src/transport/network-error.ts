import { describeError } from '../otel/diagnostics.js';

/**
 * Failures that may be over in a moment: the connection could not be made, or broke.
 * A request that got no answer in time is not among them: Sentry may have it.
 */
const TRANSIENT_CODES: ReadonlySet<unknown> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** `fetch` hides the code one level down; nobody hides it deeper than this. */
const MAX_CAUSES = 4;

/** Whether sending again may help. Looks at codes of the error and of its causes. */
export function isTransientNetworkError(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === 'object' && current !== null; depth++) {
    if ('code' in current && TRANSIENT_CODES.has(current.code)) return true;
    current = 'cause' in current ? current.cause : undefined;
  }
  return false;
}

/** Anything that can be thrown, as an `Error`. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(describeError(thrown));
}
