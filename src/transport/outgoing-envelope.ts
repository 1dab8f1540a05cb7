import type { Envelope } from '../protocol/envelope.js';
import type { DataCategory } from '../protocol/loss-counter.js';

/** So much of a category. */
export interface Quantity {
  /** What it is counted in. */
  readonly category: DataCategory;
  /** Above zero. */
  readonly quantity: number;
}

/** An envelope on its way to Sentry. */
export interface OutgoingEnvelope {
  /** What is to be sent. */
  readonly envelope: Envelope;
  /** Sent only while this category is not rate limited. */
  readonly category: DataCategory;
  /** What is lost when it is lost: for a transaction with n child spans, 1 transaction and n + 1 spans. */
  readonly quantities: readonly Quantity[];
}
