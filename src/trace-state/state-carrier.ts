import { createTraceState, isSpanContextValid, type SpanContext, type TraceState } from '@opentelemetry/api';
import type { IncomingTrace } from './incoming-trace.js';
import type { SegmentRecord } from './segment-record.js';

/** State that rides on a span context. */
export interface CarriedState {
  /** The decision of the segment, on spans of this process. */
  readonly segment?: SegmentRecord | undefined;
  /** What the caller said, on the remote span. */
  readonly incoming?: IncomingTrace | undefined;
  /** Where a span that records nothing is about to send a request. */
  readonly requestUrl?: string | undefined;
}

// Registered symbol: an ESM and a CommonJS copy of this package read each other's state.
const CARRIED = Symbol.for('otel-sentry-bridge carried state');

/**
 * A TraceState that shows others the members others put there, and keeps ours in memory.
 *
 * The SDK copies a TraceState by reference from parent to child, into spans that record nothing as well: it is the only
 * thing that reaches those. Nothing of ours is ever serialised, so nothing leaves with `tracestate`.
 */
class StateCarrier implements TraceState {
  readonly [CARRIED]: CarriedState;
  readonly #others: TraceState | undefined;

  constructor(state: CarriedState, others: TraceState | undefined) {
    this[CARRIED] = state;
    this.#others = others;
  }

  static others(carrier: TraceState | undefined): TraceState | undefined {
    return carrier instanceof StateCarrier ? carrier.#others : carrier;
  }

  get(key: string): string | undefined {
    return this.#others?.get(key);
  }

  set(key: string, value: string): TraceState {
    return new StateCarrier(this[CARRIED], (this.#others ?? createTraceState()).set(key, value));
  }

  unset(key: string): TraceState {
    return this.#others === undefined ? this : new StateCarrier(this[CARRIED], this.#others.unset(key));
  }

  serialize(): string {
    return this.#others?.serialize() ?? '';
  }
}

/** A TraceState with `state` in it and the members of `existing` that are not ours. */
export function carryState(state: CarriedState, existing: TraceState | undefined): TraceState {
  return new StateCarrier(state, StateCarrier.others(existing));
}

/** Our state on a span context, whichever copy of the package put it there. */
export function carriedState(spanContext: SpanContext | undefined): CarriedState | undefined {
  const traceState: TraceState | undefined = spanContext?.traceState;
  return traceState !== undefined && isCarrier(traceState) ? traceState[CARRIED] : undefined;
}

/**
 * The API's `isSpanContextValid()` without its two regular expressions where a segment is carried: such a context is
 * one the SDK has made, or a copy of it. Asked several times for each span.
 */
export function isValid(spanContext: SpanContext): boolean {
  return carriedState(spanContext)?.segment !== undefined || isSpanContextValid(spanContext);
}

function isCarrier(traceState: TraceState): traceState is TraceState & { readonly [CARRIED]: CarriedState } {
  return CARRIED in traceState;
}

/** Puts the record of a segment on a span that another sampler started. Its children inherit it. */
export function attachSegment(spanContext: SpanContext, segment: SegmentRecord): void {
  // A frozen context keeps what it has: the propagator then works the trace out from its id.
  Reflect.set(spanContext, 'traceState', carryState({ segment }, spanContext.traceState));
}
