import type { Attributes, Context, Link, Span, SpanKind, TimeInput, Tracer } from '@opentelemetry/api';

/** A span to be started by a helper. */
export interface StartSpanOptions {
  /** What Sentry lists it as: few different ones, no ids in it. */
  readonly name: string;
  /** Kind of work, as `sentry.op`. https://develop.sentry.dev/sdk/telemetry/traces/span-operations/ */
  readonly op?: string | undefined;
  /** Attributes the span starts with; samplers see them. */
  readonly attributes?: Attributes | undefined;
  /** Default INTERNAL. */
  readonly kind?: SpanKind | undefined;
  /** Spans of this or other traces it has to do with. */
  readonly links?: Link[] | undefined;
  /** As OpenTelemetry takes it: a `Date`, milliseconds since the epoch, or a pair of seconds and nanoseconds. Default: now. */
  readonly startTime?: TimeInput | undefined;
  /** Default: the active span. `null`: none, so that a new trace begins. */
  readonly parent?: Span | Context | null | undefined;
  /** Begins a new trace, like `parent: null`. Default false. */
  readonly root?: boolean | undefined;
  /** Starts no span, but runs the function, where there would be no parent. Default false. */
  readonly onlyIfParent?: boolean | undefined;
  /** Default: one of the global provider, named after this package. */
  readonly tracer?: Tracer | undefined;
}
