import type { Quantity } from './outgoing-envelope.js';
import type { ActiveRateLimit } from './rate-limiter.js';
import type { SendOutcome } from './transport.js';

/** What is kept on disk at one moment. */
export interface SpoolSnapshot {
  /** Where it is. */
  readonly directory: string;
  /** False while another process uses the directory, or it cannot be used. */
  readonly isOwner: boolean;
  /** Envelopes that are kept. */
  readonly items: number;
  /** What they take on disk. */
  readonly bytes: number;
  /** Sums of everything kept. */
  readonly quantities: readonly Quantity[];
  /** Files that could not be read and were set aside. */
  readonly quarantined: number;
}

/** State of delivery at one moment, for diagnostics. */
export interface DeliverySnapshot {
  /** Whether it takes nothing more. */
  readonly isClosed: boolean;
  /** Envelopes that wait to be sent. */
  readonly queuedItems: number;
  /** What they take in memory. */
  readonly queuedBytes: number;
  /** Envelopes being sent, those that wait for another attempt included. */
  readonly inFlight: number;
  /** Sums of everything that arrived. */
  readonly delivered: readonly Quantity[];
  /** Sums of everything answered with 429, which Sentry has counted as lost. */
  readonly rateLimitedBySentry: readonly Quantity[];
  /** What became of the last envelope that was settled; absent before the first. */
  readonly lastOutcome: SendOutcome | undefined;
  /** Text of the last failure or refusal, even if things went well since. */
  readonly lastProblem: string | undefined;
  /** Limits that Sentry has set and that have not ended. */
  readonly rateLimits: readonly ActiveRateLimit[];
  /** Absent without one. */
  readonly spool?: SpoolSnapshot | undefined;
}
