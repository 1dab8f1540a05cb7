import {
  context,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { parseSentryBaggage } from '../protocol/baggage.js';
import { envelopeTrace, type DynamicSamplingContext } from '../protocol/dynamic-sampling-context.js';
import type { ActiveTrace } from './active-trace.js';

type Headers = Partial<Record<string, string>>;

/**
 * Finds the dynamic sampling context of a trace by asking the propagator what it would send: that is the frozen one, or
 * it is frozen by that.
 */
export class SamplingContexts {
  readonly #propagator: TextMapPropagator | undefined;

  /** @param propagator default: whichever is registered when it is needed */
  constructor(propagator: TextMapPropagator | undefined) {
    this.#propagator = propagator;
  }

  /** The `trace` header for an envelope of the project with `publicKey`. */
  of(active: ActiveTrace, publicKey: string): DynamicSamplingContext {
    // A span that sends a request to where no headers may go has none, though its trace has a context.
    const bare = trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(active.span.spanContext()));
    const dsc = this.#sentWith(context.active()) ?? this.#sentWith(bare) ?? {};
    return envelopeTrace(dsc, active.traceId, publicKey);
  }

  #sentWith(from: Context): DynamicSamplingContext | undefined {
    const headers: Headers = {};
    if (this.#propagator === undefined) propagation.inject(from, headers);
    else this.#propagator.inject(from, headers, defaultTextMapSetter);
    return headers['sentry-trace'] === undefined ? undefined : parseSentryBaggage(headers['baggage']);
  }
}
