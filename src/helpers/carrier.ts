import { propagation, type Context, type TextMapGetter } from '@opentelemetry/api';
import { guard } from '../otel/diagnostics.js';
import { withoutTrace } from '../trace-state/incoming-trace.js';

/** Headers of a request or message: a plain object, a Map or `Headers`. Names in any case; values text, lists or bytes. */
export type TraceCarrier = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown> | Headers;

/** `base` with the trace that `carrier` names in place of its own, as the registered propagator reads it. */
export function extractTrace(base: Context, carrier: TraceCarrier): Context {
  const untraced = withoutTrace(base);
  return guard('reading trace headers', untraced, () =>
    propagation.extract(untraced, carrier, anyCaseGetter),
  );
}

/** The value of a header, its name given in lower case. */
export function readHeader(carrier: TraceCarrier | null | undefined, name: string): unknown {
  const value = entries(carrier).find(([key]) => key.toLowerCase() === name)?.[1];
  // SQS and SNS wrap the text of an attribute.
  return typeof value === 'object' && value !== null && 'StringValue' in value ? value.StringValue : value;
}

const anyCaseGetter: TextMapGetter<TraceCarrier> = {
  keys: carrier => entries(carrier).map(([key]) => key),
  get(carrier, name) {
    const value = readHeader(carrier, name);
    return isHeaderValue(value) ? value : undefined;
  },
};

function entries(carrier: TraceCarrier | null | undefined): [string, unknown][] {
  if (typeof carrier !== 'object' || carrier === null) return [];
  return isIterable(carrier) ? [...carrier] : Object.entries(carrier);
}

function isIterable(carrier: object): carrier is Iterable<[string, unknown]> {
  return Symbol.iterator in carrier;
}

/** Propagators take bytes as well, though the getter's type does not say so. */
function isHeaderValue(value: unknown): value is string | string[] {
  return value !== undefined && value !== null;
}
