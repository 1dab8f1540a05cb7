import {
  EMPTY_DSC,
  isEmptyDsc,
  parseSampleRand,
  parseSampleRate,
  type DynamicSamplingContext,
} from '../protocol/dynamic-sampling-context.js';
import { formatSampleRand, backfillSampleRand } from '../sampling/sample-rand.js';
import type { SentryTrace } from '../protocol/sentry-trace.js';
import type { IncomingTrace } from '../trace-state/incoming-trace.js';

export interface ContinuationRules {
  readonly orgId: string | undefined;
  readonly strictTraceContinuation: boolean;
}

/**
 * Puts the two Sentry headers of a request together. The context of the head is frozen here: only a missing or
 * unusable `sample_rand` is filled in.
 * https://develop.sentry.dev/sdk/foundations/trace-propagation/
 */
export function incomingTrace(
  header: SentryTrace,
  received: DynamicSamplingContext,
  rules: ContinuationRules,
): IncomingTrace {
  const { traceId, parentSpanId } = header;
  // Hops that know only W3C headers start new traces and still pass the old baggage on: nothing in it counts.
  const isOfTrace = received['trace_id'] === undefined || received['trace_id'] === traceId;
  const dsc = isOfTrace ? received : EMPTY_DSC;
  if (!mayContinue(dsc['org_id'], rules)) {
    return { traceId, parentSpanId, sampled: undefined, dsc: EMPTY_DSC, sampleRand: 0, isRefused: true };
  }
  const sampled = header.sampled ?? flagOf(dsc['sampled']);
  const given = parseSampleRand(dsc['sample_rand']);
  const sampleRand = given ?? backfillSampleRand(traceId, sampled, parseSampleRate(dsc['sample_rate']));
  const complete = isEmptyDsc(dsc) || given !== undefined;
  return {
    traceId,
    parentSpanId,
    sampled,
    dsc: complete ? dsc : { ...dsc, sample_rand: formatSampleRand(sampleRand) },
    sampleRand,
    isRefused: false,
  };
}

/** https://develop.sentry.dev/sdk/foundations/trace-propagation/#strict-trace-continuation */
function mayContinue(
  theirs: string | undefined,
  { orgId, strictTraceContinuation }: ContinuationRules,
): boolean {
  if (theirs === orgId) return true;
  const bothKnown = theirs !== undefined && orgId !== undefined;
  return !bothKnown && !strictTraceContinuation;
}

function flagOf(text: string | undefined): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
