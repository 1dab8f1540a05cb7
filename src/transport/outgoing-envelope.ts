import type { Envelope } from '../protocol/envelope.js';
import type { DataCategory } from '../protocol/loss-counter.js';

export interface Quantity {
  readonly category: DataCategory;
  readonly quantity: number;
}

/** An envelope on its way to Sentry. */
export interface OutgoingEnvelope {
  readonly envelope: Envelope;
  /** Sent only while this category is not rate limited. */
  readonly category: DataCategory;
  /** What is lost when it is lost: for a transaction with n child spans, 1 transaction and n + 1 spans. */
  readonly quantities: readonly Quantity[];
}
