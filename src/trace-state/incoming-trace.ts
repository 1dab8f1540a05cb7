import { createContextKey, trace, type Context } from '@opentelemetry/api';
import type { DynamicSamplingContext } from '../protocol/dynamic-sampling-context.js';

/**
 * What the Sentry headers of an incoming request said.
 *
 * Kept in the Context beside the remote span, because a W3C propagator that runs later replaces that span. It counts
 * only for the trace it names.
 */
export interface IncomingTrace {
  readonly traceId: string;
  /** The span of the caller. */
  readonly parentSpanId: string;
  /** The caller's decision; absent when it left the decision to us. */
  readonly sampled: boolean | undefined;
  /** Frozen by the head of the trace; empty when it sent none. */
  readonly dsc: DynamicSamplingContext;
  /** The trace's random number: the head's, or one that agrees with its decision. */
  readonly sampleRand: number;
  /** Strict trace continuation turned the trace down: nothing it said counts. */
  readonly isRefused: boolean;
}

// `createContextKey` is `Symbol.for`: every copy of this package sees the same state.
const INCOMING_TRACE = createContextKey('otel-sentry-bridge incoming trace');

export function setIncomingTrace(context: Context, incoming: IncomingTrace): Context {
  return context.setValue(INCOMING_TRACE, incoming);
}

/** The Sentry headers of the trace `traceId`, if that is the trace they spoke of. */
export function getIncomingTrace(context: Context, traceId: string): IncomingTrace | undefined {
  const value = context.getValue(INCOMING_TRACE);
  return isIncomingTrace(value) && value.traceId === traceId ? value : undefined;
}

/** Forgets the Sentry headers and the active span: what starts in the returned context is a new trace. */
export function withoutTrace(context: Context): Context {
  return trace.deleteSpan(context).deleteValue(INCOMING_TRACE);
}

function isIncomingTrace(value: unknown): value is IncomingTrace {
  return typeof value === 'object' && value !== null && 'dsc' in value && 'traceId' in value;
}
