import type { Envelope } from '../protocol/envelope.js';
import type { DeliveryLog } from './delivery-log.js';
import { UnsendableError, type SendEnvelope } from './envelope-sender.js';
import { toError } from './network-error.js';
import type { RateLimiter } from './rate-limiter.js';
import { outcomeOf, type SendOutcome } from './transport.js';

export interface AttemptOptions {
  readonly rateLimiter: RateLimiter;
  readonly log: DeliveryLog;
  readonly timeoutMillis: number;
}

/** Sends an envelope and learns from the answer. Resolves with what became of it; never rejects. */
export async function attempt(
  send: SendEnvelope,
  envelope: Envelope,
  { rateLimiter, log, timeoutMillis }: AttemptOptions,
): Promise<SendOutcome> {
  try {
    const response = await send(envelope, timeoutMillis);
    rateLimiter.observe(response);
    return outcomeOf(response);
  } catch (thrown) {
    const error = toError(thrown);
    if (!(error instanceof UnsendableError)) return { kind: 'failed', error };
    log.unsendable(error);
    return { kind: 'dropped', reason: 'internal_sdk_error' };
  }
}
