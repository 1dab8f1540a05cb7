/** A parsed `sentry-trace` header. https://develop.sentry.dev/sdk/foundations/trace-propagation/#header-sentry-trace */
export interface SentryTrace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: the span of the caller. */
  readonly parentSpanId: string;
  /** The caller's decision; absent when it left the decision to us. */
  readonly sampled?: boolean;
}

const TRACE_ID_LENGTH = 32;
const SPAN_ID_END = TRACE_ID_LENGTH + 1 + 16;
const DASH = 0x2d;
const COMMA = 0x2c;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Reads a `sentry-trace` value as header getters give it: a string, a list of strings, or bytes.
 *
 * A repeated header joined by commas counts as its first non-empty part. Anything that is not a complete header with
 * valid ids gives `undefined`; nothing throws, and the time taken is linear in blanks and commas.
 *
 * @example parseSentryTrace('771a43a4192642f0b136d5159a501700-1234567890abcdef-1')?.sampled // true
 */
export function parseSentryTrace(value: unknown): SentryTrace | undefined {
  const text = firstText(value);
  if (text === undefined) return undefined;
  let start = 0;
  while (start < text.length && isBlank(text.charCodeAt(start), true)) start++;
  let end = text.indexOf(',', start);
  if (end < 0) end = text.length;
  while (end > start && isBlank(text.charCodeAt(end - 1), false)) end--;
  return parseTrimmed(start === 0 && end === text.length ? text : text.slice(start, end));
}

/** Prints a `sentry-trace` header; an undecided trace has no flag. */
export function formatSentryTrace(traceId: string, spanId: string, sampled: boolean | undefined): string {
  const ids = `${traceId}-${spanId}`;
  return sampled === undefined ? ids : sampled ? `${ids}-1` : `${ids}-0`;
}

function parseTrimmed(text: string): SentryTrace | undefined {
  const { length } = text;
  // Some senders write an undecided trace with a dangling dash instead of leaving the flag out.
  if (length < SPAN_ID_END || length > SPAN_ID_END + 2) return undefined;
  if (!isId(text, 0, TRACE_ID_LENGTH) || text.charCodeAt(TRACE_ID_LENGTH) !== DASH) return undefined;
  if (!isId(text, TRACE_ID_LENGTH + 1, SPAN_ID_END)) return undefined;
  if (length > SPAN_ID_END && text.charCodeAt(SPAN_ID_END) !== DASH) return undefined;
  const traceId = text.slice(0, TRACE_ID_LENGTH);
  const parentSpanId = text.slice(TRACE_ID_LENGTH + 1, SPAN_ID_END);
  if (length < SPAN_ID_END + 2) return { traceId, parentSpanId };
  const flag = text[SPAN_ID_END + 1];
  return flag === '1' || flag === '0' ? { traceId, parentSpanId, sampled: flag === '1' } : undefined;
}

/** Lower-case hex, not all zero. */
function isId(text: string, from: number, to: number): boolean {
  let isZero = true;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    const isHex = (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
    if (!isHex) return false;
    if (code !== 0x30) isZero = false;
  }
  return !isZero;
}

function isBlank(code: number, orComma: boolean): boolean {
  return code === SPACE || code === TAB || (orComma && code === COMMA);
}

function firstText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return headerText(first);
}

const utf8 = new TextDecoder();

/** One header value as text: message brokers hand out bytes. */
export function headerText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? utf8.decode(value) : undefined;
}
