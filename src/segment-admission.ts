import type { Context, SpanContext } from '@opentelemetry/api';
import type { Exclusion } from './assembly/segment.js';
import { log } from './otel/diagnostics.js';
import { localParent } from './otel/local-parent.js';
import { isSampled } from './otel/trace-flags.js';
import type { ReadableSpan } from './otel/types.js';
import { createSentryRequestCheck } from './propagation/sentry-request.js';
import { RootSampling, type RootDecision } from './sampling/root-sampling.js';
import type { Shared } from './shared.js';
import { SegmentRecord } from './trace-state/segment-record.js';
import { attachSegment, carriedState } from './trace-state/state-carrier.js';

/** The sampling record of a segment, and why its spans are not kept, if they are not. */
export interface Admission {
  readonly record: SegmentRecord;
  readonly exclusion: Exclusion | undefined;
}

/** Decides at the door which segments are collected: the same for processor and exporter. */
export class SegmentAdmission {
  readonly #roots: RootSampling;
  readonly #isSentryRequest: ReturnType<typeof createSentryRequestCheck>;
  #hasRefusedSdk = false;

  constructor(shared: Shared) {
    this.#roots = new RootSampling(shared.config, shared.losses, shared.backpressure, shared.activity);
    this.#isSentryRequest = createSentryRequestCheck(shared.config);
  }

  /** Spans that are recorded without being sampled are other people's. */
  isSampled(span: ReadableSpan): boolean {
    return isSampled(span.spanContext()) && this.#isSupported(span);
  }

  /** Delivers something to Sentry: a span nobody wants to see, neither with what is below it. */
  isOwnTraffic(span: ReadableSpan): boolean {
    return this.#isSentryRequest(span.kind, span.attributes);
  }

  /** Follows the decision of our sampler, or takes it now and leaves it on the span for our propagator to find. */
  admit(root: ReadableSpan, parentContext: Context): Admission {
    const { segment, isRecorded } = this.#decision(root, root.spanContext(), parentContext);
    const left = segment.lossReason === undefined ? 'ignored' : 'unsampled';
    const exclusion = this.isOwnTraffic(root) ? 'ignored' : isRecorded ? undefined : left;
    if (root.ended && exclusion !== undefined) segment.forgetRoot();
    else segment.attachRoot(root);
    return { record: segment, exclusion };
  }

  #decision(root: ReadableSpan, spanContext: SpanContext, parentContext: Context): RootDecision {
    const decided = carriedState(spanContext)?.segment;
    if (decided !== undefined) return { segment: decided, isRecorded: decided.sampled === true };
    const { traceId } = spanContext;
    const decision =
      localParent(root) === undefined
        ? this.#roots.decide(parentContext, traceId, root.parentSpanContext, root)
        : followLocalParent(traceId, root);
    attachSegment(spanContext, decision.segment);
    return decision;
  }

  #isSupported(span: ReadableSpan): boolean {
    if (span.instrumentationScope !== undefined) return true;
    if (!this.#hasRefusedSdk)
      log.error('this version of the OpenTelemetry SDK is not supported: use 2.x or 3.x');
    this.#hasRefusedSdk = true;
    return false;
  }
}

/** Below a span of this process that another tracer started: it was sampled there, so the trace is. */
function followLocalParent(traceId: string, root: ReadableSpan): RootDecision {
  return {
    segment: new SegmentRecord({ traceId, sampled: true, root }),
    isRecorded: true,
  };
}
