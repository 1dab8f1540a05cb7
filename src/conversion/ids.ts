/** The trace id as Sentry takes it, 32 hex digits in lower case and not all zero; `undefined` if it is not one. */
export function traceIdOf(id: unknown): string | undefined {
  return hexId(id, TRACE_ID_DIGITS);
}

/** The span id as Sentry takes it, 16 hex digits in lower case and not all zero; `undefined` if it is not one. */
export function spanIdOf(id: unknown): string | undefined {
  return hexId(id, SPAN_ID_DIGITS);
}

/** https://www.w3.org/TR/trace-context/#trace-id */
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

// By character codes: every span has three ids, and an expression takes four times as long.
function hexId(id: unknown, digits: number): string | undefined {
  if (typeof id !== 'string' || id.length !== digits) return undefined;
  let isZero = true;
  let isLowerCase = true;
  for (let index = 0; index < digits; index++) {
    const code = id.charCodeAt(index);
    if (code !== ZERO) isZero = false;
    if (code >= ZERO && code <= NINE) continue;
    if (code >= UPPER_A && code <= UPPER_F) isLowerCase = false;
    else if (code < LOWER_A || code > LOWER_F) return undefined;
  }
  if (isZero) return undefined;
  return isLowerCase ? id : id.toLowerCase();
}

const ZERO = 0x30;
const NINE = 0x39;
const UPPER_A = 0x41;
const UPPER_F = 0x46;
const LOWER_A = 0x61;
const LOWER_F = 0x66;
