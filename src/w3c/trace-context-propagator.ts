import {
  createTraceState,
  isSpanContextValid,
  trace,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '../otel/suppress-tracing.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/** https://www.w3.org/TR/trace-context/#traceparent-header; versions after 00 may add fields, version ff is invalid. */
const PATTERN = /^[ \t]*(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-[^\s]*)?[ \t]*$/;
const MAX_CHARS = 512;
const KNOWN_VERSION = '00';

/**
 * W3C Trace Context, for `compositePropagator()`: the one of `@opentelemetry/core` exists in two lines that cannot both
 * be depended on. https://www.w3.org/TR/trace-context/
 */
export class TraceContextPropagator implements TextMapPropagator {
  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || isTracingSuppressed(context) || !isSpanContextValid(spanContext)) return;
    const { traceId, spanId, traceFlags, traceState } = spanContext;
    const flags = (traceFlags & 0xff).toString(16).padStart(2, '0');
    setter.set(carrier, TRACEPARENT, `${KNOWN_VERSION}-${traceId}-${spanId}-${flags}`);
    const members = traceState?.serialize();
    if (members) setter.set(carrier, TRACESTATE, members);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const parent = parseTraceparent(first(getter.get(carrier, TRACEPARENT)));
    if (parent === undefined) return context;
    const members = wholeMembers(joined(getter.get(carrier, TRACESTATE)));
    return trace.setSpanContext(
      context,
      members ? { ...parent, traceState: createTraceState(members) } : parent,
    );
  }
}

function parseTraceparent(header: unknown): SpanContext | undefined {
  if (typeof header !== 'string' || header.length > MAX_CHARS) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = PATTERN.exec(header) ?? [];
  if (version === undefined || (version === KNOWN_VERSION && more !== undefined)) return undefined;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? parent : undefined;
}

/** The API takes no trace state that is longer; of one that is, the leftmost members are the most recent. */
function wholeMembers(members: string | undefined): string | undefined {
  if (members === undefined || members.length <= MAX_CHARS) return members;
  return members.slice(0, Math.max(0, members.lastIndexOf(',', MAX_CHARS)));
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function joined(value: unknown): string | undefined {
  const text: unknown = Array.isArray(value) ? value.join(',') : value;
  return typeof text === 'string' ? text : undefined;
}
