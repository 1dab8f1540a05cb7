import type { OutgoingEnvelope } from './outgoing-envelope.js';
import type { SendOutcome } from './transport.js';

/** An envelope that waits for its turn, and who is to be told what became of it. */
export interface QueuedEnvelope {
  readonly outgoing: OutgoingEnvelope;
  /** Bytes it takes in the queue. */
  readonly size: number;
  readonly ticket: number;
  readonly settled: (outcome: SendOutcome) => void;
}
