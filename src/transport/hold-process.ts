/** Milliseconds a timer can wait; JavaScript fires one that is set for longer at once. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/**
 * Keeps the process from ending by itself while somebody waits for us, for `maxMillis` at most. Returns a function that
 * lets go.
 *
 * The one timer that is not unref'd: a process whose last wish is `await bridge.flush()` would otherwise end in the
 * middle of a pause between two attempts.
 */
export function holdProcess(maxMillis: number): () => void {
  const timer = setTimeout(() => undefined, Math.min(maxMillis, MAX_TIMER_MILLIS));
  return () => clearTimeout(timer);
}
