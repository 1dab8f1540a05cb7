import { isSpanContextValid, SpanKind, type Context, type SpanContext } from '@opentelemetry/api';
import type { Activity } from '../activity.js';
import type { Config } from '../config/config.js';
import { describeSpan } from '../conversion/operation.js';
import { describeError, log } from '../otel/diagnostics.js';
import { recordedMethod } from '../otel/http-method.js';
import { isSampled } from '../otel/trace-flags.js';
import { parseSampleRate } from '../protocol/dynamic-sampling-context.js';
import type { DropReason, LossCounter } from '../protocol/loss-counter.js';
import { getIncomingTrace, type IncomingTrace } from '../trace-state/incoming-trace.js';
import { SegmentRecord, type NamedSpan } from '../trace-state/segment-record.js';
import { carriedState } from '../trace-state/state-carrier.js';
import type { Backpressure } from './backpressure.js';
import { createSamplingContext, decide } from './decision.js';
import { sampleRandOf } from './sample-rand.js';

/** The decision about a segment, and whether its spans are recorded. */
export interface RootDecision {
  readonly segment: SegmentRecord;
  readonly isRecorded: boolean;
}

interface ParentAnswer {
  readonly incoming?: IncomingTrace;
  readonly sampled?: boolean | undefined;
}

/** Decides about local roots: for the sampler when they start, for processor and exporter when another sampler is in use. */
export class RootSampling {
  readonly #config: Config;
  readonly #losses: LossCounter;
  readonly #backpressure: Backpressure | undefined;
  readonly #activity: Activity | undefined;
  #hasSaidDisabled = false;
  #lastSamplerError: string | undefined;

  constructor(config: Config, losses: LossCounter, backpressure?: Backpressure, activity?: Activity) {
    this.#config = config;
    this.#losses = losses;
    this.#backpressure = config.backpressure ? backpressure : undefined;
    this.#activity = activity;
  }

  /** @param parent the parent in another process, if any */
  decide(context: Context, traceId: string, parent: SpanContext | undefined, root: NamedSpan): RootDecision {
    const { incoming, sampled: parentSampled } = this.#askParent(context, traceId, parent);

    if (this.#isDisabled()) return left(new SegmentRecord({ traceId, incoming, sampled: parentSampled }));
    if (this.#isSkipped(root))
      return left(new SegmentRecord({ traceId, incoming, sampled: false, sampleRate: 0, root }));
    if (this.#config.httpClientRoots === 'drop' && isHttpClient(root)) {
      this.#losses.add('no_parent_span', 'span');
      return left(new SegmentRecord({ traceId, incoming, sampled: parentSampled, root }));
    }
    const { sampled, sampleRate, reason } = this.#decideByRate(root, traceId, parentSampled, incoming);
    if (reason !== undefined) this.#countRoot(reason);
    const lossReason = reason === 'callback_error' ? 'sample_rate' : reason;
    return {
      segment: new SegmentRecord({ traceId, incoming, sampled, sampleRate, lossReason, root }),
      isRecorded: sampled,
    };
  }

  /** Sentry's headers if there were any, else those of W3C. What strict continuation refused counts as not said. */
  #askParent(context: Context, traceId: string, parent: SpanContext | undefined): ParentAnswer {
    if (parent === undefined || !isSpanContextValid(parent)) return {};
    const heard = getIncomingTrace(context, traceId) ?? carriedState(parent)?.incoming;
    if (heard === undefined) return { sampled: this.#w3cDecision(parent) };
    return heard.isRefused ? {} : { incoming: heard, sampled: heard.sampled };
  }

  #decideByRate(
    root: NamedSpan,
    traceId: string,
    parentSampled: boolean | undefined,
    incoming: IncomingTrace | undefined,
  ) {
    const describe = () => {
      const { description, op } = describeSpan(root);
      const parent = { sampled: parentSampled, sampleRate: parseSampleRate(incoming?.dsc['sample_rate']) };
      return createSamplingContext({ name: description, op }, root.attributes, parent);
    };
    const { tracesSampler, tracesSampleRate } = this.#config;
    const rules = { tracesSampler, tracesSampleRate, halvings: this.#backpressure?.halvings() ?? 0 };
    // What came in knows its number, but reads it only when it is asked.
    const trace = incoming ?? { sampleRand: sampleRandOf(traceId) };
    const decision = decide(rules, parentSampled, trace, describe, error => this.#reportSamplerError(error));
    return decision ?? { sampled: false };
  }

  #countRoot(reason: DropReason): void {
    if (this.#config.traceLifecycle === 'transaction') this.#losses.add(reason, 'transaction');
    this.#losses.add(reason, 'span');
  }

  /** Load balancers write `traceparent` with flags 00 without having decided anything. */
  #w3cDecision(remote: SpanContext): boolean | undefined {
    if (isSampled(remote)) return true;
    return this.#config.w3cUnsampled === 'inherit' ? false : undefined;
  }

  #isSkipped({ kind, attributes }: NamedSpan): boolean {
    if (kind !== SpanKind.SERVER) return false;
    const method = recordedMethod(attributes);
    return typeof method === 'string' && this.#config.skipMethods.includes(method.toUpperCase());
  }

  /** Whether anything is decided here at all. */
  get isEnabled(): boolean {
    const { tracesSampleRate, tracesSampler } = this.#config;
    return tracesSampleRate !== undefined || tracesSampler !== undefined;
  }

  #isDisabled(): boolean {
    const isDisabled = !this.isEnabled;
    if (isDisabled && !this.#hasSaidDisabled) {
      this.#hasSaidDisabled = true;
      log.warn(
        'neither tracesSampleRate nor tracesSampler is set: traces are passed on, but none is recorded',
      );
    }
    return isDisabled;
  }

  #reportSamplerError(error: unknown): void {
    const text = describeError(error);
    if (text === this.#lastSamplerError) return;
    this.#lastSamplerError = text;
    if (this.#activity !== undefined) this.#activity.samplerError = text;
    log.error(`tracesSampler failed: ${text}`);
  }
}

function left(segment: SegmentRecord): RootDecision {
  return { segment, isRecorded: false };
}

function isHttpClient({ kind, attributes }: NamedSpan): boolean {
  const method = recordedMethod(attributes);
  return kind === SpanKind.CLIENT && method !== undefined;
}
