import type { OutgoingEnvelope } from '../../src/transport/outgoing-envelope.js';

export interface OutgoingOptions {
  /** Child spans. Default 2. */
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
  const eventId = crypto.randomUUID().replaceAll('-', '');
  const event = { event_id: eventId, type: 'transaction', transaction: name, spans: [], padding: '' };
  const padding = 'x'.repeat(Math.max(0, bytes - JSON.stringify(event).length));
  return {
    envelope: {
      headers: { event_id: eventId },
      items: [{ headers: { type: 'transaction' }, payload: JSON.stringify({ ...event, padding }) }],
    },
    category: 'transaction',
    quantities: [
      { category: 'transaction', quantity: 1 },
      { category: 'span', quantity: spans + 1 },
    ],
  };
}

export function outgoingError(): OutgoingEnvelope {
  return {
    envelope: { headers: {}, items: [{ headers: { type: 'event' }, payload: '{"level":"error"}' }] },
    category: 'error',
    quantities: [{ category: 'error', quantity: 1 }],
  };
}
