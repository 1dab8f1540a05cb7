import { context } from '@opentelemetry/api';
import { withoutTrace } from '../trace-state/incoming-trace.js';

/**
 * Runs `fn` outside of any trace: every span it starts at the top begins a trace of its own.
 *
 * For work that outlives the request it was started from, or that serves many. Starts no span itself: wrap what belongs
 * together in one `withSpan`. https://docs.sentry.io/platforms/javascript/guides/node/tracing/trace-propagation/custom-instrumentation/
 *
 * @example setInterval(() => startNewTrace(() => withSpan('refresh prices', refresh)), 60_000)
 */
export function startNewTrace<T>(fn: () => T): T {
  return context.with(withoutTrace(context.active()), fn);
}
