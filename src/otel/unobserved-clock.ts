import type { Clock } from '../clock.js';
import { runUnobserved } from './suppress-tracing.js';

/** A clock whose timers belong to no request: they neither hold its context nor are traced. */
export function unobservedClock(clock: Clock): Clock {
  return {
    epochMillis: () => clock.epochMillis(),
    monotonicMillis: () => clock.monotonicMillis(),
    setTimer: (callback, delayMillis) => runUnobserved(() => clock.setTimer(callback, delayMillis)),
  };
}
