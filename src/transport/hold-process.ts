import { timerDelay } from './deadline.js';

/**
 * Keeps the process from ending by itself while somebody waits for us, for `maxMillis` at most. Returns a function that
 * lets go.
 *
 * The one timer that is not unref'd: a process whose last wish is `await bridge.flush()` would otherwise end in the
 * middle of a pause between two attempts.
 */
export function holdProcess(maxMillis: number): () => void {
  const timer = setTimeout(() => undefined, timerDelay(maxMillis));
  return () => clearTimeout(timer);
}
