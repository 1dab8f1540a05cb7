import { context } from '@opentelemetry/api';
import { extractTrace, type TraceCarrier } from './carrier.js';

/**
 * Runs `fn` in the trace that `carrier` names, or in a new one when it names none; the active span does not count.
 * Spans that `fn` starts are children of the caller's. Reads through the registered propagator, starts no span itself.
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/trace-propagation/custom-instrumentation/
 *
 * @example continueTrace(message.headers, () => handle(message))
 */
export function continueTrace<T>(carrier: TraceCarrier, fn: () => T): T {
  return context.with(extractTrace(context.active(), carrier), fn);
}
