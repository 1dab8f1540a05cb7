/**
 * The shapes of the OpenTelemetry SDK this package relies on, declared structurally.
 *
 * No SDK package is imported, at run time or in types: one build fits `sdk-trace-base` 2.x and `sdk-trace` 3.x,
 * whose classes are assignable to these interfaces (and ours to theirs) without `implements`.
 */
import type {
  Attributes,
  Context,
  Link,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
  TraceState,
} from '@opentelemetry/api';

/** Seconds since the epoch and nanoseconds within that second. */
export type HrTime = readonly [seconds: number, nanos: number];

export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
}

export interface Resource {
  readonly attributes: Attributes;
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}

/** An event recorded on a span. */
export interface TimedEvent {
  readonly time: HrTime;
  readonly name: string;
  readonly attributes?: Attributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** A span as processors and exporters see it. */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  readonly events: readonly TimedEvent[];
  readonly ended: boolean;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/**
 * A function of the user's that is given a span. Written as a method, so that one that asks for the `ReadableSpan` of
 * the SDK in use is accepted as well: that is what it gets.
 */
export type SpanCallback<T> = { callback(span: ReadableSpan): T }['callback'];

/** A span while it is open: writable through the API, readable through the SDK. */
export type WritableSpan = Span & ReadableSpan;

/** `0` not recorded, `1` recorded but not sampled, `2` recorded and sampled. */
export type SamplingDecision = 0 | 1 | 2;

export interface SamplingResult {
  decision: SamplingDecision;
  attributes?: Readonly<Attributes>;
  traceState?: TraceState;
}

/** `0` success, `1` failure. */
export interface ExportResult {
  code: 0 | 1;
  error?: Error;
}

export type { Attributes, Context, Link, SpanContext, SpanKind, TraceState };
