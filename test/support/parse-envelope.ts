export interface ParsedItem {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: Buffer;
}

export interface ParsedEnvelope {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly items: readonly ParsedItem[];
}

const NEWLINE = 10;

/**
 * Reads envelopes the way Relay does: items with and without `length`, final newline or not; throws where Relay
 * refuses. https://github.com/getsentry/relay/blob/master/relay-server/src/envelope/mod.rs
 */
export function parseEnvelope(bytes: Uint8Array): ParsedEnvelope {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = readHeader(buffer, 0);
  const items: ParsedItem[] = [];
  let offset = first.end + 1;
  while (offset < buffer.length) {
    const { headers, end } = readHeader(buffer, offset);
    const start = Math.min(end + 1, buffer.length);
    const payload = readPayload(buffer, start, headers['length']);
    items.push({ headers, payload });
    offset = start + payload.length + 1;
  }
  return { headers: first.headers, items };
}

/** Payload of an item as JSON. */
export function jsonOf(item: ParsedItem): unknown {
  return JSON.parse(item.payload.toString('utf8'));
}

function readHeader(buffer: Buffer, offset: number): { headers: Record<string, unknown>; end: number } {
  const newline = buffer.indexOf(NEWLINE, offset);
  const end = newline === -1 ? buffer.length : newline;
  const headers: unknown = JSON.parse(buffer.toString('utf8', offset, end));
  if (typeof headers !== 'object' || headers === null) throw new SyntaxError('a header is not an object');
  return { headers: { ...headers }, end };
}

function readPayload(buffer: Buffer, start: number, length: unknown): Buffer {
  if (typeof length !== 'number') {
    const newline = buffer.indexOf(NEWLINE, start);
    return buffer.subarray(start, newline === -1 ? buffer.length : newline);
  }
  const end = start + length;
  if (end > buffer.length) throw new SyntaxError('unexpected end of envelope');
  if (end < buffer.length && buffer[end] !== NEWLINE) throw new SyntaxError('missing newline after payload');
  return buffer.subarray(start, end);
}
