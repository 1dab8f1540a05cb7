import type { Envelope, EnvelopeHeaders, EnvelopeItem, EnvelopeItemHeaders } from '../protocol/envelope.js';

const NEWLINE = 10;
const DECODER = new TextDecoder();

/**
 * Takes an envelope apart again that was written with the length of every item; undefined for anything else.
 * https://develop.sentry.dev/sdk/foundations/transport/envelopes/#serialization-format
 */
export function parseStoredEnvelope(bytes: Uint8Array): Envelope | undefined {
  const first = readLine(bytes, 0);
  if (first === undefined || !isEnvelopeHeaders(first.json)) return undefined;
  const items: EnvelopeItem[] = [];
  let offset = first.end;
  while (offset < bytes.byteLength) {
    const line = readLine(bytes, offset);
    if (line === undefined || !isItemHeaders(line.json)) return undefined;
    const { length, ...headers } = line.json;
    const end = line.end + length;
    if (bytes[end] !== NEWLINE) return undefined;
    items.push({ headers, payload: bytes.subarray(line.end, end) });
    offset = end + 1;
  }
  return { headers: first.json, items };
}

interface Line {
  readonly json: unknown;
  /** Behind the newline. */
  readonly end: number;
}

function readLine(bytes: Uint8Array, start: number): Line | undefined {
  const newline = bytes.indexOf(NEWLINE, start);
  if (newline === -1) return undefined;
  try {
    return { json: JSON.parse(DECODER.decode(bytes.subarray(start, newline))), end: newline + 1 };
  } catch {
    return undefined;
  }
}

/** What is in them was written from here, and is whole: see the checksum of the file. */
function isEnvelopeHeaders(value: unknown): value is EnvelopeHeaders {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isItemHeaders(value: unknown): value is EnvelopeItemHeaders & { readonly length: number } {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('length' in value)) return false;
  return typeof value.type === 'string' && Number.isSafeInteger(value.length) && Number(value.length) >= 0;
}
