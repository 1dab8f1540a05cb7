/** Envelope framing. https://develop.sentry.dev/sdk/foundations/transport/envelopes/#serialization-format */

/** Who made an envelope or event. https://develop.sentry.dev/sdk/foundations/transport/event-payloads/sdk/ */
export interface SdkInfo {
  readonly name: string;
  readonly version: string;
}

/** First line of an envelope. https://develop.sentry.dev/sdk/foundations/transport/envelopes/#envelope-headers */
export interface EnvelopeHeaders {
  /** 32 hex digits; with an event or transaction only, and equal to the one in its payload. */
  readonly event_id?: string;
  /** RFC 3339 in UTC; written when the request is made, so leave it out. */
  readonly sent_at?: string;
  /** DSN without secret, for tunnels. */
  readonly dsn?: string;
  readonly sdk?: SdkInfo;
  /** Dynamic sampling context. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** Line before a payload; `length` is added when the envelope is serialised. https://develop.sentry.dev/sdk/foundations/transport/envelopes/#items */
export interface EnvelopeItemHeaders {
  readonly type: string;
  readonly content_type?: string;
  /** Exact number of entries in a container payload. */
  readonly item_count?: number;
  /** Of a profile chunk. */
  readonly platform?: string;
}

export interface EnvelopeItem {
  readonly headers: EnvelopeItemHeaders;
  /** JSON text, or bytes that are sent as they are. */
  readonly payload: string | Uint8Array;
}

export interface Envelope {
  readonly headers: EnvelopeHeaders;
  readonly items: readonly EnvelopeItem[];
}

/**
 * Writes an envelope as the bytes Sentry reads: every item with its `length` in bytes, so that payloads may hold
 * anything, and a newline at the end.
 */
export function serializeEnvelope(envelope: Envelope): Uint8Array {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let head = `${JSON.stringify(envelope.headers)}\n`;
  for (const { headers, payload } of envelope.items) {
    const bytes = typeof payload === 'string' ? encoder.encode(payload) : payload;
    head += `${JSON.stringify({ ...headers, length: bytes.byteLength })}\n`;
    chunks.push(encoder.encode(head), bytes);
    head = '\n';
  }
  chunks.push(encoder.encode(head));
  return concatenate(chunks);
}

/**
 * Size of an envelope's payloads in memory: exact for bytes, and for text the number of its UTF-16 code units, which
 * is its number of bytes as long as it is ASCII. Costs nothing, so it can be asked for before serialising.
 */
export function payloadSize(envelope: Envelope): number {
  let size = 0;
  for (const { payload } of envelope.items) size += payload.length;
  return size;
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const chunk of chunks) length += chunk.byteLength;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
