import { serializeEnvelope, type Envelope } from '../../src/protocol/envelope.js';
import type { OutgoingEnvelope } from '../../src/transport/outgoing-envelope.js';
import { transactionEvent } from './events.js';
import { PUBLIC_KEY } from './fake-sentry.js';
import { TRACE_ID } from './trace-headers.js';

export interface OutgoingOptions {
  /** Child spans that are counted. Default 2. */
  readonly spans?: number;
  /** Bytes of the payload, at least. Default: as many as it needs. */
  readonly bytes?: number;
  readonly name?: string;
}

/** A transaction ready to be sent, small unless told otherwise. */
export function outgoingTransaction({
  spans = 2,
  bytes = 0,
  name = 'GET /orders',
}: OutgoingOptions = {}): OutgoingEnvelope {
  const eventId = newEventId();
  const event = transactionEvent([], { event_id: eventId, transaction: name });
  const { data } = event.contexts.trace;
  data['padding'] = '';
  data['padding'] = 'x'.repeat(Math.max(0, bytes - JSON.stringify(event).length));
  return {
    envelope: {
      headers: { event_id: eventId, trace: TRACE },
      items: [{ headers: { type: 'transaction' }, payload: JSON.stringify(event) }],
    },
    category: 'transaction',
    quantities: [
      { category: 'transaction', quantity: 1 },
      { category: 'span', quantity: spans + 1 },
    ],
  };
}

export function outgoingError(): OutgoingEnvelope {
  return { envelope: errorEnvelope(''), category: 'error', quantities: [{ category: 'error', quantity: 1 }] };
}

/** An envelope with an error, of exactly so many bytes, at least 600, most of which are `filler`. */
export function errorOfBytes(bytes: number, filler = 'x'): Uint8Array {
  const bytesOf = (message: string) => {
    const { headers, items } = errorEnvelope(message);
    return serializeEnvelope({ headers: { ...headers, sent_at: SENT_AT }, items });
  };
  // The length of an item is written in the envelope, and gets longer with the message.
  const room = bytes - bytesOf('').byteLength - String(bytes).length;
  let message = filler.repeat(room / Buffer.byteLength(filler));
  while (bytesOf(message).byteLength < bytes) message += 'x';
  return bytesOf(message);
}

const SENT_AT = '2026-11-20T10:15:31.204Z';
const TRACE = { trace_id: TRACE_ID, public_key: PUBLIC_KEY };

function errorEnvelope(message: string): Envelope {
  const eventId = newEventId();
  const { environment, sdk, timestamp, contexts } = transactionEvent();
  const { trace_id, span_id } = contexts.trace;
  const error = {
    event_id: eventId,
    platform: 'node',
    level: 'error',
    timestamp,
    environment,
    sdk,
    contexts: { trace: { trace_id, span_id } },
    exception: { values: [{ type: 'Error', value: message }] },
  };
  return {
    headers: { event_id: eventId, trace: TRACE },
    items: [{ headers: { type: 'event' }, payload: JSON.stringify(error) }],
  };
}

function newEventId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
