import { trace, type Attributes, type Context, type SpanContext, type SpanKind } from '@opentelemetry/api';
import { log, describeError } from './otel/diagnostics.js';
import { isSampled } from './otel/trace-flags.js';
import type { SamplingResult } from './otel/types.js';
import type { SentryBridgeOptions } from './options.js';
import { rememberedUrl } from './propagation/request-url.js';
import { RootSampling } from './sampling/root-sampling.js';
import { createShared, type Shared } from './shared.js';
import type { IncomingTrace } from './trace-state/incoming-trace.js';
import { carriedState, carryState, isValid } from './trace-state/state-carrier.js';

const NOT_RECORD = 0;
const RECORD = 1;
const RECORD_AND_SAMPLED = 2;

// Results without a trace state keep the parent's, which carries the record of the segment.
const KEEP: SamplingResult = Object.freeze({ decision: RECORD_AND_SAMPLED });
const RECORD_ONLY: SamplingResult = Object.freeze({ decision: RECORD });
const SKIP: SamplingResult = Object.freeze({ decision: NOT_RECORD });

/**
 * Sentry's `tracesSampleRate` and `tracesSampler` as an OpenTelemetry `Sampler`.
 *
 * Decides at every local root (no parent, or a parent in another process): tracesSampler, then the caller's decision,
 * then tracesSampleRate; children do what their root does. The same trace gets the same answer in every process. What
 * is dropped is counted. Never throws; also works as the root of a `ParentBasedSampler`.
 * https://docs.sentry.io/platforms/javascript/guides/node/configuration/sampling/
 *
 * @example new NodeTracerProvider({ sampler: new SentrySampler({ tracesSampleRate: 0.2 }), … })
 */
export class SentrySampler {
  readonly #shared: Shared;
  readonly #roots: RootSampling;
  readonly #isStreaming: boolean;

  /** @throws TypeError for an unusable option */
  constructor(options?: SentryBridgeOptions);
  /** @internal */
  constructor(options: SentryBridgeOptions | undefined, shared: Shared);
  constructor(options?: SentryBridgeOptions, shared: Shared = createShared(options)) {
    this.#shared = shared;
    this.#isStreaming = shared.config.traceLifecycle === 'stream';
    this.#roots = new RootSampling(shared.config, shared.losses, shared.backpressure, shared.activity);
  }

  /** Decides about a span. Called by the SDK. */
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    _links?: unknown,
  ): SamplingResult {
    try {
      const parent = trace.getSpanContext(context);
      return parent !== undefined && parent.isRemote !== true && isValid(parent)
        ? this.#sampleChild(parent, spanKind, attributes)
        : this.#sampleRoot(context, traceId, { name: spanName, kind: spanKind, attributes });
    } catch (error) {
      log.error(`sampling failed, the span is not recorded: ${describeError(error)}`);
      return SKIP;
    }
  }

  /** Name for logs, as OpenTelemetry wants it. */
  toString(): string {
    return 'SentrySampler';
  }

  #sampleChild(parent: SpanContext, kind: SpanKind, attributes: Attributes): SamplingResult {
    if (isSampled(parent)) {
      if (this.#isStreaming) carriedState(parent)?.segment?.noteFirstParent(parent.spanId);
      return KEEP;
    }
    const state = carriedState(parent);
    const reason = state?.segment ? state.segment.lossReason : foreignLoss(state?.incoming);
    if (reason !== undefined && this.#roots.isEnabled) this.#shared.losses.add(reason, 'span');
    if (this.#shared.config.recordUnsampled) return RECORD_ONLY;
    const url = rememberedUrl(kind, attributes);
    if (url === state?.requestUrl) return SKIP;
    return {
      decision: NOT_RECORD,
      traceState: carryState(
        { segment: state?.segment, incoming: state?.incoming, requestUrl: url },
        parent.traceState,
      ),
    };
  }

  #sampleRoot(
    context: Context,
    traceId: string,
    root: { name: string; kind: SpanKind; attributes: Attributes },
  ): SamplingResult {
    const parent = trace.getSpanContext(context);
    const record = this.#roots.decide(context, traceId, parent, root);
    const isKept = record.isRecorded;
    const { activity } = this.#shared;
    activity.rootsDecided++;
    if (isKept) activity.rootsSampled++;
    const url = isKept ? undefined : rememberedUrl(root.kind, root.attributes);
    const traceState = carryState({ segment: record.segment, requestUrl: url }, parent?.traceState);
    const rate = record.segment.sampleRate;
    const decision = isKept ? RECORD_AND_SAMPLED : this.#shared.config.recordUnsampled ? RECORD : NOT_RECORD;
    return rate === undefined
      ? { decision, traceState }
      : { decision, traceState, attributes: { 'sentry.sample_rate': rate } };
  }
}

/** Below a span that somebody else decided about: a loss unless the decision was left open. */
function foreignLoss(incoming: IncomingTrace | undefined): 'sample_rate' | undefined {
  return incoming === undefined || incoming.sampled === false ? 'sample_rate' : undefined;
}
