import type { Clock } from '../clock.js';
import type { Cancellation } from './cancellation.js';

/** Milliseconds a timer can wait; JavaScript fires one that is set for longer at once. */
export const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** Something did not happen in time. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';

  constructor(timeoutMillis: number) {
    super(`no answer within ${Math.round(timeoutMillis)} ms`);
  }
}

/** The nearest delay a timer takes without complaint; none for what is not a number. */
export function timerDelay(millis: number): number {
  return Number.isNaN(millis) ? 0 : Math.min(Math.max(millis, 0), MAX_TIMER_MILLIS);
}

/** Calls `callback` once after `delayMillis`, whatever number that is. Returns a function that cancels. */
export function setDeadline(clock: Clock, callback: () => void, delayMillis: number): () => void {
  return clock.setTimer(callback, timerDelay(delayMillis));
}

/**
 * Settles as `promise` does, unless the time is over (rejects with `DeadlineError`) or `cancellation` is called
 * (rejects with its reason) before. The promise may settle later, or never; nobody sees it then.
 */
export function withDeadline<T>(
  promise: Promise<T>,
  timeoutMillis: number,
  clock: Clock,
  cancellation: Cancellation,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      release();
      reject(error);
    };
    const cancelTimer = setDeadline(clock, () => fail(new DeadlineError(timeoutMillis)), timeoutMillis);
    const forget = cancellation.onCancel(fail);
    const release = () => {
      cancelTimer();
      forget();
    };
    const succeed = (value: T) => {
      release();
      resolve(value);
    };
    promise.then(succeed, fail);
  });
}

/** Whether `promise` settles in time, one way or the other. */
export function settlesWithin(
  promise: Promise<unknown>,
  timeoutMillis: number,
  clock: Clock,
): Promise<boolean> {
  return new Promise(resolve => {
    const cancelTimer = setDeadline(clock, () => resolve(false), timeoutMillis);
    const settled = () => {
      cancelTimer();
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
