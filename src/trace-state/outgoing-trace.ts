import type { DynamicSamplingContext } from '../protocol/dynamic-sampling-context.js';

/** What the headers of a request say about its trace. */
export interface OutgoingTrace {
  /** `undefined` leaves the decision to the receiver. */
  readonly sampled: boolean | undefined;
  readonly dsc: DynamicSamplingContext;
  /** `dsc` as members of `baggage`. */
  readonly baggage: string;
}
