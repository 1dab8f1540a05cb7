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

/** What made a span: an instrumentation, or a tracer of the application. */
export interface InstrumentationScope {
  /** Name of the tracer. */
  readonly name: string;
  /** Its version, if it gave one. */
  readonly version?: string | undefined;
  /** Semantic conventions it follows, if it says so. */
  readonly schemaUrl?: string | undefined;
}

/** What the spans of a process have in common. */
export interface Resource {
  /** Those known by now. */
  readonly attributes: Attributes;
  /** Whether detectors are still at work. */
  readonly asyncAttributesPending?: boolean | undefined;
  /** Resolves when they are done. */
  waitForAsyncAttributes?(): Promise<void>;
}

/** An event recorded on a span. */
export interface TimedEvent {
  /** When it was recorded. */
  readonly time: HrTime;
  /** `exception` for what `recordException()` records. */
  readonly name: string;
  /** What was recorded with it. */
  readonly attributes?: Attributes | undefined;
  /** Attributes beyond the limits of the SDK. */
  readonly droppedAttributesCount?: number | undefined;
}

/** A span as processors and exporters see it. */
export interface ReadableSpan {
  /** As it was last set. */
  readonly name: string;
  /** Server, client, producer, consumer or internal. */
  readonly kind: SpanKind;
  /** Trace id, span id and flags. */
  readonly spanContext: () => SpanContext;
  /** Absent for the root of a trace. */
  readonly parentSpanContext?: SpanContext | undefined;
  /** When it was started. */
  readonly startTime: HrTime;
  /** When it was ended; zero while it is open. */
  readonly endTime: HrTime;
  /** Unset, ok or error, with a message. */
  readonly status: SpanStatus;
  /** As they are now. */
  readonly attributes: Attributes;
  /** Spans it has to do with besides its parent. */
  readonly links: readonly Link[];
  /** Oldest first. */
  readonly events: readonly TimedEvent[];
  /** Whether `end()` was called. */
  readonly ended: boolean;
  /** Of the tracer provider. */
  readonly resource: Resource;
  /** Of the tracer. */
  readonly instrumentationScope: InstrumentationScope;
  /** Attributes beyond the limits of the SDK. */
  readonly droppedAttributesCount: number;
  /** Events beyond the limits of the SDK. */
  readonly droppedEventsCount: number;
  /** Links beyond the limits of the SDK. */
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

/** What a sampler answers. */
export interface SamplingResult {
  /** Whether to record, and to mark as sampled. */
  decision: SamplingDecision;
  /** For the span to start with. */
  attributes?: Readonly<Attributes>;
  /** For the span; absent leaves that of the parent. */
  traceState?: TraceState;
}

/** `0` success, `1` failure. */
export interface ExportResult {
  /** `1` for spans that will not be sent. */
  code: 0 | 1;
  /** Why not. */
  error?: Error;
}

export type { Attributes, Context, Link, SpanContext, SpanKind, TraceState };
