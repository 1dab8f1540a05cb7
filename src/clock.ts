/** Time as the rest of the package sees it: passed in, so that tests need no sleeping. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. For timestamps only. */
  epochMillis(): number;
  /** Milliseconds on a scale that never goes back. For deadlines and intervals. */
  monotonicMillis(): number;
  /** Calls `callback` once after `delayMillis`; never keeps the process alive. Returns a function that cancels. */
  setTimer(callback: () => void, delayMillis: number): () => void;
}

export const systemClock: Clock = {
  epochMillis: () => Date.now(),
  monotonicMillis: () => performance.now(),
  setTimer(callback, delayMillis) {
    const timer = setTimeout(callback, delayMillis);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
