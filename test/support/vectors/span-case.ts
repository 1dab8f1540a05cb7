import type { SpanKind, SpanStatus } from '@opentelemetry/api';
import type { Fields } from './narrow.js';

/** One case of `test/vectors/spans.json`. */
export interface SpanCase {
  readonly id: string;
  readonly title: string;
  readonly why: string | undefined;
  readonly options: Fields;
  readonly resource: Fields;
  /** Makes all spans recorded or sampled without asking the bridge's sampler. */
  readonly forcedDecision: 'RECORD' | 'RECORD_AND_SAMPLED' | undefined;
  /** Parents that are not spans of the case, by name. */
  readonly remotes: ReadonlyMap<string, RemoteParent>;
  readonly spans: readonly SpanPlan[];
  readonly steps: readonly StepPlan[];
  readonly expect: SpanExpectation;
}

/** Times are milliseconds after `T0_MILLIS`, fractions included. */
export interface SpanPlan {
  readonly ref: string;
  /** Of a span, or `remote:<name>`. */
  readonly parent: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Fields;
  /** Set and changed just before the end. */
  readonly lateAttributes: Fields;
  readonly rename: string | undefined;
  readonly status: SpanStatus | undefined;
  readonly events: readonly EventPlan[];
  readonly links: readonly LinkPlan[];
  /** `name` or `name@version` of the tracer. */
  readonly scope: string;
  readonly start: number;
  /** Never, if undefined. */
  readonly end: number | undefined;
  /** The fill it was made by. */
  readonly fill: string | undefined;
}

export interface EventPlan {
  readonly name: string;
  readonly at: number;
  readonly attributes: Fields;
}

export interface LinkPlan {
  /** A span of the case, or ids. */
  readonly to: string | LinkedIds;
  readonly attributes: Fields;
}

export interface LinkedIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote: boolean | undefined;
  readonly tracestate: string | undefined;
}

export interface RemoteParent {
  readonly traceId: string;
  readonly spanId: string;
  /** Undecided if undefined. */
  readonly sampled: boolean | undefined;
  readonly baggage: string | undefined;
  /** `local`: a valid parent in this process that the bridge never saw. */
  readonly format: 'sentry-trace' | 'traceparent' | 'local';
  readonly flags: string | undefined;
}

/** `start` and `end` name spans, `start-all` and `end-all` fills, `advance` seconds. */
export interface StepPlan {
  readonly verb: string;
  readonly operands: readonly string[];
}

export interface SpanExpectation {
  /** By checkpoint the transactions that are new there: their roots with the other spans, or only how many these are. */
  readonly transactions: ReadonlyMap<string, ReadonlyMap<string, readonly string[] | number>>;
  /** Instead: over all checkpoints. */
  readonly totals: { readonly transactions: number; readonly spans: number } | undefined;
  /** Fields of those that were sent. */
  readonly spans: ReadonlyMap<string, SpanFields>;
  /** Quantities by `reason/category`: everything that is reported. */
  readonly reports: ReadonlyMap<string, number>;
  /** How many spans end that are neither sent nor reported. */
  readonly unsent: number;
}

/** Undefined is absent. */
export interface SpanFields {
  readonly op: string | undefined;
  /** The name, on a root. */
  readonly description: string | undefined;
  readonly status: string | undefined;
  readonly origin: string | undefined;
  /** On roots only. */
  readonly source: string | undefined;
}

/** 2025-10-09T08:53:20Z */
export const T0_MILLIS = 1_760_000_000_000;
