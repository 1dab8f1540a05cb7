/** The trace id as Sentry takes it, 32 hex digits in lower case and not all zero; `undefined` if it is not one. */
export function traceIdOf(id: unknown): string | undefined {
  return hexId(id, TRACE_ID);
}

/** The span id as Sentry takes it, 16 hex digits in lower case and not all zero; `undefined` if it is not one. */
export function spanIdOf(id: unknown): string | undefined {
  return hexId(id, SPAN_ID);
}

/** https://www.w3.org/TR/trace-context/#trace-id */
const TRACE_ID = /^(?!0{32}$)[0-9a-f]{32}$/i;
const SPAN_ID = /^(?!0{16}$)[0-9a-f]{16}$/i;

function hexId(id: unknown, pattern: RegExp): string | undefined {
  return typeof id === 'string' && pattern.test(id) ? id.toLowerCase() : undefined;
}
