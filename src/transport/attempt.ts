import type { Envelope } from '../protocol/envelope.js';
import type { DeliveryLog } from './delivery-log.js';
import { UnsendableError, type SendEnvelope } from './envelope-sender.js';
import type { RateLimiter } from './rate-limiter.js';
import { outcomeOf, type SendOutcome } from './transport.js';

export interface AttemptOptions {
  readonly rateLimiter: RateLimiter;
  readonly log: DeliveryLog;
  readonly timeoutMillis: number;
}

/** Sends an envelope and learns from the answer. Calls `done` once with what became of it; never throws. */
export function attempt(
  send: SendEnvelope,
  envelope: Envelope,
  { rateLimiter, log, timeoutMillis }: AttemptOptions,
  done: (outcome: SendOutcome) => void,
): void {
  send(envelope, timeoutMillis, result => {
    if (!(result instanceof Error)) {
      rateLimiter.observe(result);
      done(outcomeOf(result));
    } else if (result instanceof UnsendableError) {
      log.unsendable(result);
      done({ kind: 'dropped', reason: 'internal_sdk_error' });
    } else done({ kind: 'failed', error: result });
  });
}
