import { TraceFlags, type SpanContext } from '@opentelemetry/api';

/** Whether a span context is sampled. Other bits (W3C's random flag) say nothing about that. */
export function isSampled({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
