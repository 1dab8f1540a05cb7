import { toJson } from './json.js';

/** Envelope framing. https://develop.sentry.dev/sdk/foundations/transport/envelopes/#serialization-format */

/** Who made an envelope or event. https://develop.sentry.dev/sdk/foundations/transport/event-payloads/sdk/ */
export interface SdkInfo {
  /** Name of the package. */
  readonly name: string;
  /** Version of the package. */
  readonly version: string;
}

/** First line of an envelope. https://develop.sentry.dev/sdk/foundations/transport/envelopes/#envelope-headers */
export interface EnvelopeHeaders {
  /** 32 hex digits; with an event or transaction only, and equal to the one in its payload. */
  readonly event_id?: string | undefined;
  /** RFC 3339 in UTC; written when the request is made, so leave it out. */
  readonly sent_at?: string | undefined;
  /** DSN without secret, for tunnels. */
  readonly dsn?: string | undefined;
  /** Who sends it. */
  readonly sdk?: SdkInfo | undefined;
  /** Dynamic sampling context. */
  readonly trace?: Readonly<Record<string, string>> | undefined;
}

/** Line before a payload; `length` is added when the envelope is serialised. https://develop.sentry.dev/sdk/foundations/transport/envelopes/#items */
export interface EnvelopeItemHeaders {
  /** What the payload is, like `transaction`. */
  readonly type: string;
  /** Media type of the payload, where Sentry asks for one. */
  readonly content_type?: string;
  /** Exact number of entries in a container payload. */
  readonly item_count?: number;
  /** Of a profile chunk. */
  readonly platform?: string;
}

/** One payload with its headers. */
export interface EnvelopeItem {
  /** The line before the payload. */
  readonly headers: EnvelopeItemHeaders;
  /** JSON text, or bytes that are sent as they are. */
  readonly payload: string | Uint8Array;
}

/** What is sent in one request. https://develop.sentry.dev/sdk/foundations/transport/envelopes/ */
export interface Envelope {
  /** The first line. */
  readonly headers: EnvelopeHeaders;
  /** In the order in which they are written. */
  readonly items: readonly EnvelopeItem[];
}

/**
 * Writes an envelope as the bytes Sentry reads: every item with its `length` in bytes, so that payloads may hold
 * anything, and a newline at the end.
 */
export function serializeEnvelope(envelope: Envelope): Uint8Array {
  return writeSingleByteText(envelope) ?? writeAnyText(envelope);
}

const ENCODER = new TextEncoder();

/**
 * Nearly all envelopes are ASCII, so that their size is known before they are encoded: written in place, they need one
 * allocation. Undefined if this one is not.
 */
function writeSingleByteText({ headers, items }: Envelope): Uint8Array | undefined {
  const chunks: (string | Uint8Array)[] = [];
  let head = `${toJson(headers)}\n`;
  let size = 0;
  for (const { headers, payload } of items) {
    head += itemHead(headers, payload.length);
    chunks.push(head, payload);
    size += head.length + payload.length;
    head = '\n';
  }
  chunks.push(head);
  const whole = new Uint8Array(size + head.length);
  let offset = 0;
  for (const chunk of chunks) {
    if (typeof chunk !== 'string') whole.set(chunk, offset);
    else if (ENCODER.encodeInto(chunk, whole.subarray(offset, offset + chunk.length)).read !== chunk.length) {
      return undefined;
    }
    offset += chunk.length;
  }
  return whole;
}

function writeAnyText({ headers, items }: Envelope): Uint8Array {
  const chunks: Uint8Array[] = [];
  let head = `${toJson(headers)}\n`;
  for (const { headers, payload } of items) {
    const bytes = typeof payload === 'string' ? ENCODER.encode(payload) : payload;
    head += itemHead(headers, bytes.byteLength);
    chunks.push(ENCODER.encode(head), bytes);
    head = '\n';
  }
  chunks.push(ENCODER.encode(head));
  return concatenate(chunks);
}

function itemHead(headers: EnvelopeItemHeaders, length: number): string {
  return `${JSON.stringify(headers).slice(0, -1)},"length":${length}}\n`;
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
