import { context, propagation, type TextMapGetter } from '@opentelemetry/api';
import { withoutTrace } from '../trace-state/incoming-trace.js';

/** Headers of a request or message: a plain object, a Map or `Headers`. Names in any case; values text, lists or bytes. */
export type TraceCarrier =
  | Readonly<Record<string, unknown>>
  | Iterable<readonly [name: string, value: unknown]>;

/**
 * Runs `fn` in the trace that `carrier` names, or in a new one when it names none; the active span does not count.
 * Spans that `fn` starts are children of the caller's. Reads through the registered propagator, starts no span itself.
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/distributed-tracing/custom-instrumentation/
 *
 * @example continueTrace(message.headers, () => handle(message))
 */
export function continueTrace<T>(carrier: TraceCarrier, fn: () => T): T {
  return context.with(propagation.extract(withoutTrace(context.active()), carrier, anyCaseGetter), fn);
}

const anyCaseGetter: TextMapGetter<TraceCarrier> = {
  keys: carrier => entries(carrier).map(([key]) => key),
  get(carrier, name) {
    const value = entries(carrier).find(([key]) => key.toLowerCase() === name)?.[1];
    return isHeaderValue(value) ? value : undefined;
  },
};

function entries(carrier: TraceCarrier | null | undefined): (readonly [string, unknown])[] {
  if (typeof carrier !== 'object' || carrier === null) return [];
  return isIterable(carrier) ? [...carrier] : Object.entries(carrier);
}

function isIterable(carrier: object): carrier is Iterable<readonly [string, unknown]> {
  return Symbol.iterator in carrier;
}

/** Propagators take bytes as well, though the getter's type does not say so. */
function isHeaderValue(value: unknown): value is string | string[] {
  return value !== undefined && value !== null;
}
