import type { Clock } from '../clock.js';
import type { Cancellation } from './cancellation.js';
import { setDeadline } from './deadline.js';
import type { SendEnvelope } from './envelope-sender.js';
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
  return (envelope, timeoutMillis, done) => {
    const deadline = clock.monotonicMillis() + timeoutMillis;
    const attempt = (count: number) =>
      send(envelope, deadline - clock.monotonicMillis(), result => {
        if (!(result instanceof Error)) return done(result);
        const pause = pauseMillis(count, random());
        const isInTime = clock.monotonicMillis() + pause < deadline;
        if (count === MAX_ATTEMPTS || !isInTime || !isTransientNetworkError(result)) return done(result);
        whenElapsed(pause, clock, cancellation, () =>
          cancellation.isCancelled ? done(result) : attempt(count + 1),
        );
      });
    attempt(1);
  };
}

function pauseMillis(attempt: number, random: number): number {
  return FIRST_PAUSE_MILLIS * PAUSE_GROWTH ** (attempt - 1) * (1 + JITTER * (2 * random - 1));
}

/** Calls `then` when the time is over or there is nothing to wait for any more. */
function whenElapsed(millis: number, clock: Clock, cancellation: Cancellation, then: () => void): void {
  if (cancellation.isCancelled) return then();
  const cancelTimer = setDeadline(clock, () => finish(), millis);
  const forget = cancellation.onCancel(() => finish());
  const finish = () => {
    cancelTimer();
    forget();
    then();
  };
}
