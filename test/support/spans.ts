import {
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import type { SpanTree } from '../../src/otel/span-tree.js';
import type { HrTime, ReadableSpan } from '../../src/otel/types.js';

/** Seconds since the epoch that all times of built spans count from. */
export const T0_SECONDS = 1_760_000_000;

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** What a test wants to be special about a span. Times are milliseconds after {@link T0_SECONDS}. */
export interface SpanInit {
  readonly name?: string;
  readonly kind?: SpanKind;
  /** Anything, as an application without types could pass it. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly status?: ReadableSpan['status'];
  readonly events?: readonly EventInit[];
  readonly links?: readonly Link[];
  readonly scope?: { readonly name: string; readonly version?: string };
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly traceId?: string;
  readonly spanId?: string;
  /** A built span, or the id of a parent that is not here. */
  readonly parent?: ReadableSpan | string;
  readonly start?: number;
  /** Default: 10 after the start. */
  readonly end?: number;
}

export interface EventInit {
  readonly name: string;
  readonly at?: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A finished, sampled span; an INTERNAL one of the application itself unless told otherwise. */
export function buildSpan(init: SpanInit = {}): ReadableSpan {
  const { start = 0, end = start + 10, kind = SpanKind.INTERNAL, name = 'work' } = init;
  const parentId = typeof init.parent === 'string' ? init.parent : init.parent?.spanContext().spanId;
  const traceId =
    init.traceId ?? (typeof init.parent === 'object' ? init.parent.spanContext().traceId : TRACE_ID);
  const context: SpanContext = {
    traceId,
    spanId: init.spanId ?? nextSpanId(),
    traceFlags: TraceFlags.SAMPLED,
  };
  return {
    name,
    kind,
    spanContext: () => context,
    parentSpanContext:
      parentId === undefined ? undefined : { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED },
    startTime: hrTime(start),
    endTime: hrTime(end),
    status: init.status ?? { code: SpanStatusCode.UNSET },
    attributes: asAttributes(init.attributes ?? {}),
    links: init.links ?? [],
    events: (init.events ?? []).map(event => ({
      name: event.name,
      time: hrTime(event.at ?? start),
      attributes: asAttributes(event.attributes ?? {}),
    })),
    ended: true,
    resource: { attributes: asAttributes(init.resource ?? { 'service.name': 'shop' }) },
    instrumentationScope: init.scope ?? { name: 'my-app' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** A root with its descendants, in the given order. */
export function buildTree(root: ReadableSpan, ...descendants: readonly ReadableSpan[]): SpanTree {
  return { root, descendants, isLate: false };
}

/** Milliseconds after {@link T0_SECONDS}, fractions included, as the SDK writes times. */
export function hrTime(millis: number): HrTime {
  const nanos = Math.round(millis * 1e6);
  const seconds = Math.floor(nanos / 1e9);
  return [T0_SECONDS + seconds, nanos - seconds * 1e9];
}

let spanCount = 0;

function nextSpanId(): string {
  spanCount += 1;
  return `1${spanCount.toString(16).padStart(15, '0')}`;
}

// Tests also pass what the types of the API forbid.
function asAttributes(attributes: Readonly<Record<string, unknown>>): Attributes {
  return attributes as Attributes;
}
