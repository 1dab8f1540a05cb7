import type { SpanContext } from '@opentelemetry/api';
import type { DynamicSamplingContext } from '../../src/protocol/dynamic-sampling-context.js';
import type { IncomingTrace } from '../../src/trace-state/incoming-trace.js';

export const PUBLIC_KEY = '9c1fa4bb72d05e8836ab47cd1290fe55';
export const DSN = `https://${PUBLIC_KEY}@o7.ingest.sentry.io/11`;

export const TRACE_ID = 'd4cda95b652f4a1592b449d5929fda1b';
export const OTHER_TRACE_ID = '1f8e2a3b4c5d6e7f8091a2b3c4d5e6f7';
export const SPAN_ID = '6e0c63257de34c92';
export const OTHER_SPAN_ID = '00f067aa0ba902b7';
export const ZERO_TRACE_ID = '0'.repeat(32);
export const ZERO_SPAN_ID = '0'.repeat(16);

/** What the head of the trace `TRACE_ID` says about it, complete. */
export const DSC: DynamicSamplingContext = Object.freeze({
  environment: 'staging',
  release: 'web@7.1',
  public_key: 'ab12cd34ef56ab12cd34ef56ab12cd34',
  trace_id: TRACE_ID,
  org_id: '7',
  transaction: 'GET /shop/:id',
  sampled: 'true',
  sample_rand: '0.250000',
  sample_rate: '0.5',
});

/** A `sentry-trace` header as it should be. */
export function sentryTrace(sampled?: boolean, traceId = TRACE_ID, spanId = SPAN_ID): string {
  return sampled === undefined ? `${traceId}-${spanId}` : `${traceId}-${spanId}-${sampled ? '1' : '0'}`;
}

/** A `traceparent` header as it should be. */
export function traceparent(flags = '01', traceId = TRACE_ID, spanId = SPAN_ID): string {
  return `00-${traceId}-${spanId}-${flags}`;
}

/** Members of a `baggage` header. */
export function baggageOf(dsc: Readonly<Record<string, string>>): string {
  return Object.entries(dsc)
    .map(([name, value]) => `sentry-${name}=${encodeURIComponent(value)}`)
    .join(',');
}

/** Everything a head of trace sends. */
export function sentryHeaders(
  sampled?: boolean,
  dsc: DynamicSamplingContext = DSC,
): { 'sentry-trace': string; baggage: string } {
  return { 'sentry-trace': sentryTrace(sampled), baggage: baggageOf(dsc) };
}

/** What was read of a request with the headers of `sentryHeaders`. */
export function incomingOf(init: Partial<IncomingTrace> = {}): IncomingTrace {
  return {
    traceId: TRACE_ID,
    parentSpanId: SPAN_ID,
    sampled: true,
    dsc: DSC,
    sampleRand: 0.25,
    isRefused: false,
    ...init,
  };
}

/** The span of a caller in another process. */
export function remoteSpan(init: Partial<SpanContext> = {}): SpanContext {
  return { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0, isRemote: true, ...init };
}
