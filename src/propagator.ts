import {
  propagation,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { describeError, log, reportFailure } from './otel/diagnostics.js';
import { isTracingSuppressed } from './otel/suppress-tracing.js';
import type { SentryBridgeOptions } from './options.js';
import { existingHeader, dropEmptyTraceState } from './propagation/carrier.js';
import { incomingTrace } from './propagation/continuation.js';
import { isOfCaller, outgoingTrace } from './propagation/outgoing-trace.js';
import { requestTarget } from './propagation/request-url.js';
import { createTargetFilter, type TargetFilter } from './propagation/targets.js';
import { hasSentryMembers, mergeSentryBaggage } from './protocol/baggage.js';
import { ReceivedBaggage } from './protocol/received-baggage.js';
import { formatSentryTrace, parseSentryTrace } from './protocol/sentry-trace.js';
import { TRACE_HEADERS } from './protocol/trace-headers.js';
import { ShapeKeeper } from './shape-keeper.js';
import { createShared, type Shared } from './shared.js';
import { setIncomingTrace } from './trace-state/incoming-trace.js';
import type { OutgoingTrace } from './trace-state/outgoing-trace.js';
import { carryState, isValid } from './trace-state/state-carrier.js';

const [SENTRY_TRACE, BAGGAGE, TRACEPARENT] = TRACE_HEADERS;
const PREFIX = 'sentry-';

/**
 * Reads and writes Sentry's trace headers, `sentry-trace` and `baggage`, beside any other propagator.
 *
 * Register it last in a `CompositePropagator`: the W3C baggage propagator replaces the `baggage` header, this one adds
 * to it. `sentry-trace` wins over `traceparent` in any order. Never throws.
 * https://develop.sentry.dev/sdk/foundations/trace-propagation/
 *
 * @example
 * new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator(), new SentryPropagator({ dsn })] })
 */
export class SentryPropagator implements TextMapPropagator {
  readonly #shared: Shared;
  readonly #mayCarryHeaders: TargetFilter;
  readonly #shapes = new ShapeKeeper();

  /** @throws TypeError for an unusable option */
  constructor(options?: SentryBridgeOptions);
  /** @internal */
  constructor(options: SentryBridgeOptions | undefined, shared: Shared);
  constructor(options?: SentryBridgeOptions, shared: Shared = createShared(options)) {
    this.#shared = shared;
    this.#mayCarryHeaders = createTargetFilter(shared.config.tracePropagationTargets, shared.config.dsn);
  }

  /** Headers that `inject` may write; some instrumentations budget for them. */
  fields(): string[] {
    return this.#shared.config.propagateTraceparent
      ? [SENTRY_TRACE, BAGGAGE, TRACEPARENT]
      : [SENTRY_TRACE, BAGGAGE];
  }

  /** Continues the trace that incoming headers name; returns `context` as it is when they name none. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      this.#shared.activity.headers++;
      const header = parseSentryTrace(readHeader(carrier, getter, SENTRY_TRACE));
      if (header === undefined) return context;
      const received = new ReceivedBaggage(readHeader(carrier, getter, BAGGAGE));
      const incoming = incomingTrace(header, received, this.#shared.config);
      const existing = trace.getSpanContext(context);
      const sameTrace = existing?.traceId === incoming.traceId ? existing : undefined;
      const withState = setIncomingTrace(withoutSentryEntries(context), incoming);
      if (incoming.isRefused) return sameTrace ? trace.deleteSpan(withState) : withState;
      const caller = trace.wrapSpanContext({
        traceId: incoming.traceId,
        spanId: incoming.parentSpanId,
        traceFlags: incoming.sampled === true ? TraceFlags.SAMPLED : TraceFlags.NONE,
        isRemote: true,
        traceState: carryState({ incoming }, sameTrace?.traceState),
      });
      if (this.#shapes.isDue()) this.#shapes.keep(caller, received.size);
      return trace.setSpan(withState, caller);
    } catch (error) {
      log.warn(`the headers of a request could not be read: ${describeError(error)}`);
      return context;
    }
  }

  /** Writes the headers of the trace in `context`, where `tracePropagationTargets` lets them go. */
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      this.#inject(context, carrier, setter);
    } catch (error) {
      reportFailure('writing trace headers', error);
    }
  }

  #inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#shared.activity.headers++;
    const span = trace.getSpan(context);
    if (span === undefined || isTracingSuppressed(context)) return;
    const spanContext = span.spanContext();
    if (!isValid(spanContext)) return;
    const { url, isHttpClient } = requestTarget(span);
    if (!this.#mayCarryHeaders(url, isHttpClient)) return;

    const outgoing = outgoingTrace(context, span, this.#shared);
    const header = formatSentryTrace(spanContext.traceId, spanContext.spanId, outgoing.sampled);
    const existing = existingHeader(carrier, SENTRY_TRACE);
    if (existing !== undefined && isOfOthers(existing.text, header, context, spanContext)) {
      completeBaggage(existing.text, spanContext.traceId, outgoing, carrier, setter);
    } else {
      setter.set(carrier, existing?.key ?? SENTRY_TRACE, header);
      this.#injectTraceparent(spanContext, outgoing, carrier, setter);
      injectBaggage(outgoing, carrier, setter);
    }
    dropEmptyTraceState(carrier);
  }

  /** Left out while undecided: receivers take flags 00 for a no. */
  #injectTraceparent(
    { traceId, spanId }: SpanContext,
    { sampled }: OutgoingTrace,
    carrier: unknown,
    setter: TextMapSetter,
  ): void {
    if (!this.#shared.config.propagateTraceparent || sampled === undefined) return;
    if (existingHeader(carrier, TRACEPARENT) !== undefined) return;
    setter.set(carrier, TRACEPARENT, `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`);
  }
}

/**
 * Whether a header was written by somebody else, who then wins: not by us, and not by the caller of this process, whose
 * header comes along when a message is passed on.
 */
function isOfOthers(existing: string, ours: string, context: Context, spanContext: SpanContext): boolean {
  return existing !== ours && !isOfCaller(parseSentryTrace(existing), context, spanContext);
}

/**
 * A request that is sent again carries the header of its first attempt, while the W3C propagator has just replaced the
 * baggage that went with it.
 */
function completeBaggage(
  existing: string,
  traceId: string,
  outgoing: OutgoingTrace,
  carrier: unknown,
  setter: TextMapSetter,
): void {
  const isSameTrace = parseSentryTrace(existing)?.traceId === traceId;
  if (isSameTrace && !hasSentryMembers(existingHeader(carrier, BAGGAGE)?.text))
    injectBaggage(outgoing, carrier, setter);
}

function injectBaggage(outgoing: OutgoingTrace, carrier: unknown, setter: TextMapSetter): void {
  const existing = existingHeader(carrier, BAGGAGE);
  const merged = mergeSentryBaggage(existing?.text, outgoing.dsc, outgoing.baggage) ?? '';
  if (merged !== (existing?.text ?? '')) setter.set(carrier, existing?.key ?? BAGGAGE, merged);
}

function readHeader(carrier: unknown, getter: TextMapGetter, name: string): unknown {
  const value: unknown = getter.get(carrier, name);
  if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return value;
  for (const key of getter.keys(carrier)) {
    if (key.length === name.length && key !== name && key.toLowerCase() === name)
      return getter.get(carrier, key);
  }
  return undefined;
}

/** OpenTelemetry's baggage would carry the members of this request on, to hosts and traces they were not meant for. */
function withoutSentryEntries(context: Context): Context {
  const baggage = propagation.getBaggage(context);
  const ours = baggage?.getAllEntries().flatMap(([key]) => (key.startsWith(PREFIX) ? [key] : []));
  if (baggage === undefined || ours === undefined || ours.length === 0) return context;
  return propagation.setBaggage(context, baggage.removeEntries(...ours));
}
