import type { Quantity } from './outgoing-envelope.js';
import type { ActiveRateLimit } from './rate-limiter.js';
import type { SendOutcome } from './transport.js';

/** What is kept on disk at one moment. */
export interface SpoolSnapshot {
  /** Where it is. */
  readonly directory: string;
  /** False while another process uses the directory, or it cannot be used. */
  readonly isOwner: boolean;
  readonly items: number;
  readonly bytes: number;
  /** Sums of everything kept. */
  readonly quantities: readonly Quantity[];
  /** Files that could not be read and were set aside. */
  readonly quarantined: number;
}

/** State of delivery at one moment, for diagnostics. */
export interface DeliverySnapshot {
  readonly isClosed: boolean;
  readonly queuedItems: number;
  readonly queuedBytes: number;
  /** Envelopes being sent, those that wait for another attempt included. */
  readonly inFlight: number;
  /** Sums of everything that arrived. */
  readonly delivered: readonly Quantity[];
  /** Sums of everything answered with 429, which Sentry has counted as lost. */
  readonly rateLimitedBySentry: readonly Quantity[];
  readonly lastOutcome: SendOutcome | undefined;
  /** Text of the last failure or refusal, even if things went well since. */
  readonly lastProblem: string | undefined;
  readonly rateLimits: readonly ActiveRateLimit[];
  /** Absent without one. */
  readonly spool?: SpoolSnapshot | undefined;
}
