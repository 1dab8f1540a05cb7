import type { Clock } from '../clock.js';
import type { Cancellation } from './cancellation.js';
import type { SendEnvelope } from './envelope-sender.js';
import { setDeadline } from './deadline.js';
import { isTransientNetworkError } from './network-error.js';

/** Requests per envelope, the first one included. */
export const MAX_ATTEMPTS = 3;
/** Milliseconds before the second attempt; three times as long before each further one. */
const FIRST_PAUSE_MILLIS = 500;
const PAUSE_GROWTH = 3;
/** Share by which a pause is longer or shorter at random, so that processes do not come back all at once. */
const JITTER = 0.2;

export interface RetryOptions {
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly cancellation: Cancellation;
}

/**
 * Sends again what could not be sent because the connection failed. An answer is never retried, whatever its status:
 * https://develop.sentry.dev/sdk/foundations/transport/offline-caching/#network-errors
 *
 * All attempts and the pauses between them share the time given for one.
 */
export function retrying(send: SendEnvelope, { clock, random, cancellation }: RetryOptions): SendEnvelope {
  return async (envelope, timeoutMillis) => {
    const deadline = clock.monotonicMillis() + timeoutMillis;
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(envelope, deadline - clock.monotonicMillis());
      } catch (error) {
        const pause = pauseMillis(attempt, random());
        const isInTime = clock.monotonicMillis() + pause < deadline;
        if (attempt === MAX_ATTEMPTS || !isInTime || !isTransientNetworkError(error)) throw error;
        if (!cancellation.isCancelled) await elapsed(pause, clock, cancellation);
        if (cancellation.isCancelled) throw error;
      }
    }
  };
}

function pauseMillis(attempt: number, random: number): number {
  return FIRST_PAUSE_MILLIS * PAUSE_GROWTH ** (attempt - 1) * (1 + JITTER * (2 * random - 1));
}

/** Resolves when the time is over or there is nothing to wait for any more. */
function elapsed(millis: number, clock: Clock, cancellation: Cancellation): Promise<void> {
  return new Promise(resolve => {
    const cancelTimer = setDeadline(clock, () => finish(), millis);
    const forget = cancellation.onCancel(() => finish());
    const finish = () => {
      cancelTimer();
      forget();
      resolve();
    };
  });
}
