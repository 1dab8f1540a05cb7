import type { Attributes } from '../otel/types.js';
import { isPromise } from '../otel/hook-result.js';
import { parseRate } from './rate.js';

/** What `tracesSampler` is told about a trace that begins in this process. */
export interface SamplingContext {
  /** The name Sentry would show, as far as it is known when the span starts. */
  readonly name: string;
  /** Attributes given at span start. */
  readonly attributes: Attributes;
  /** The caller's decision; absent when there is no caller or it left the decision to us. */
  readonly parentSampled?: boolean;
  /** The rate the head of the trace used, if it said so. */
  readonly parentSampleRate?: number;
  /** Name and operation under the name Sentry's Python SDK uses. */
  readonly transactionContext: { readonly name: string; readonly op?: string };
  /** The caller's rate, else its decision as 1 or 0, else `fallbackRate`: keeps distributed traces complete. */
  readonly inheritOrSampleWith: (fallbackRate: number) => number;
}

/** Returns a rate from 0 to 1, or whether to keep the trace; `tracesSampler` of the options says what happens otherwise. */
export type TracesSampler = (samplingContext: SamplingContext) => number | boolean;

/** @internal */
export interface SamplingRules {
  readonly tracesSampler: TracesSampler | undefined;
  readonly tracesSampleRate: number | undefined;
  /** How many times a rate is halved because delivery cannot keep up. Default 0. */
  readonly halvings?: number;
}

/** @internal */
export interface ParentDecision {
  readonly sampled: boolean | undefined;
  readonly sampleRate: number | undefined;
}

/** @internal */
export interface Decision {
  readonly sampled: boolean;
  /** The rate applied here; absent when the parent's decision was taken over or no valid rate was given. */
  readonly sampleRate?: number;
  /** Why a trace that is dropped counts as lost. */
  readonly reason?: 'sample_rate' | 'backpressure' | 'callback_error';
}

/**
 * Decides about a trace at its local root: tracesSampler, then the parent's decision, then tracesSampleRate.
 * https://docs.sentry.io/platforms/javascript/guides/node/configuration/sampling/#precedence
 *
 * `undefined` when neither option is set: tracing without performance decides nothing. A tracesSampler that throws
 * counts as not set, one that returns no rate drops the trace; `onSamplerError` is told of both.
 * @internal
 */
export function decide(
  rules: SamplingRules,
  parentSampled: boolean | undefined,
  trace: { readonly sampleRand: number },
  samplingContext: () => SamplingContext,
  onSamplerError: (error: unknown) => void,
): Decision | undefined {
  const { tracesSampler, tracesSampleRate, halvings = 0 } = rules;
  if (tracesSampler !== undefined) {
    try {
      const answer: unknown = tracesSampler(samplingContext());
      const rate = isPromise(answer) ? undefined : parseRate(answer);
      if (rate === undefined) onSamplerError(new TypeError('it must return a rate from 0 to 1'));
      return applyRate(rate, trace.sampleRand, halvings);
    } catch (error) {
      onSamplerError(error);
    }
  } else if (tracesSampleRate === undefined) return undefined;
  if (parentSampled !== undefined) return parentSampled ? KEPT : DROPPED;
  if (tracesSampleRate === undefined) return { sampled: false, reason: 'callback_error' };
  return applyRate(tracesSampleRate, trace.sampleRand, halvings);
}

const KEPT: Decision = { sampled: true };
const DROPPED: Decision = { sampled: false, reason: 'sample_rate' };

/** The rate that is passed on is the one that was applied, so that what is extrapolated from it stays right. */
function applyRate(rate: number | undefined, sampleRand: number, halvings: number): Decision {
  if (rate === undefined) return DROPPED;
  const sampleRate = rate / 2 ** halvings;
  if (sampleRand < sampleRate) return { sampled: true, sampleRate };
  return { sampled: false, sampleRate, reason: sampleRand < rate ? 'backpressure' : 'sample_rate' };
}

/**
 * The context handed to tracesSampler.
 * @internal
 */
export function createSamplingContext(
  described: { readonly name: string; readonly op?: string | undefined },
  attributes: Attributes,
  parent: ParentDecision,
): SamplingContext {
  const { sampled, sampleRate } = parent;
  return {
    name: described.name,
    attributes,
    ...(sampled !== undefined && { parentSampled: sampled }),
    ...(sampleRate !== undefined && { parentSampleRate: sampleRate }),
    transactionContext: { name: described.name, ...(described.op !== undefined && { op: described.op }) },
    inheritOrSampleWith: fallbackRate =>
      sampleRate ?? (sampled === undefined ? fallbackRate : sampled ? 1 : 0),
  };
}
