import {
  EMPTY_DSC,
  isEmptyDsc,
  parseSampleRand,
  parseSampleRate,
  type DynamicSamplingContext,
} from '../protocol/dynamic-sampling-context.js';
import { formatSampleRand, backfillSampleRand } from '../sampling/sample-rand.js';
import type { ReceivedBaggage } from '../protocol/received-baggage.js';
import type { SentryTrace } from '../protocol/sentry-trace.js';
import type { IncomingTrace } from '../trace-state/incoming-trace.js';

export interface ContinuationRules {
  readonly orgId: string | undefined;
  readonly strictTraceContinuation: boolean;
}

/**
 * Puts the two Sentry headers of a request together. The context of the head is frozen here: only a missing or
 * unusable `sample_rand` is filled in. It is read when somebody wants to know.
 * https://develop.sentry.dev/sdk/foundations/trace-propagation/
 */
export function incomingTrace(
  header: SentryTrace,
  received: Received,
  rules: ContinuationRules,
): IncomingTrace {
  if (mayContinue(header, received, rules)) return new ContinuedTrace(header, received);
  const { traceId, parentSpanId } = header;
  return { traceId, parentSpanId, sampled: undefined, dsc: EMPTY_DSC, sampleRand: 0, isRefused: true };
}

/** What came with the header of a trace. */
type Received = Pick<ReceivedBaggage, 'dsc' | 'member'>;

class ContinuedTrace implements IncomingTrace {
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly isRefused = false;
  readonly #flag: boolean | undefined;
  readonly #received: Received;
  #dsc: DynamicSamplingContext | undefined;
  #sampleRand: number | undefined;

  constructor({ traceId, parentSpanId, sampled }: SentryTrace, received: Received) {
    this.traceId = traceId;
    this.parentSpanId = parentSpanId;
    this.#flag = sampled;
    this.#received = received;
  }

  get sampled(): boolean | undefined {
    return this.#flag ?? flagOf(this.#given['sampled']);
  }

  get dsc(): DynamicSamplingContext {
    return (this.#dsc ??= this.#complete(this.#given));
  }

  get sampleRand(): number {
    return (this.#sampleRand ??= this.#findSampleRand(this.#given));
  }

  get #given(): DynamicSamplingContext {
    const { dsc } = this.#received;
    return isOfTrace(dsc['trace_id'], this.traceId) ? dsc : EMPTY_DSC;
  }

  #complete(given: DynamicSamplingContext): DynamicSamplingContext {
    if (isEmptyDsc(given) || parseSampleRand(given['sample_rand']) !== undefined) return given;
    return { ...given, sample_rand: formatSampleRand(this.sampleRand) };
  }

  #findSampleRand({ sample_rand, sample_rate }: DynamicSamplingContext): number {
    return (
      parseSampleRand(sample_rand) ??
      backfillSampleRand(this.traceId, this.sampled, parseSampleRate(sample_rate))
    );
  }
}

/** Hops that know only W3C headers start new traces and still pass the old baggage on: nothing in it counts. */
function isOfTrace(named: string | undefined, traceId: string): boolean {
  return named === undefined || named === traceId;
}

/** https://develop.sentry.dev/sdk/foundations/trace-propagation/#strict-trace-continuation */
function mayContinue(
  { traceId }: SentryTrace,
  received: Received,
  { orgId, strictTraceContinuation }: ContinuationRules,
): boolean {
  if (orgId === undefined && !strictTraceContinuation) return true;
  const theirs = isOfTrace(received.member('trace_id'), traceId) ? received.member('org_id') : undefined;
  if (theirs === orgId) return true;
  const bothKnown = theirs !== undefined && orgId !== undefined;
  return !bothKnown && !strictTraceContinuation;
}

function flagOf(text: string | undefined): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
