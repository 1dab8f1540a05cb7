import type { SpanContext } from '@opentelemetry/api';
import { Segment, SpanNode, type Exclusion } from './segment.js';
import type { SegmentRecord } from '../trace-state/segment-record.js';

/**
 * Finds the place of a span by its context, which the SDK keeps for the life of the span and hands to its children as
 * their parent. Spans that are forgotten without being ended are forgotten here as well.
 *
 * The place hangs on the context, where nobody sees it who does not know the key. A `WeakMap` takes twice as long, and
 * V8 keeps what it holds until the next full garbage collection.
 */
export class SpanRegistry {
  readonly #key = Symbol('otel-sentry-bridge place of the span');
  /** For contexts that take nothing. */
  readonly #aside = new WeakMap<SpanContext, SpanNode>();

  /** The place of a span of this process that was started before. */
  find(spanContext: SpanContext | undefined): SpanNode | undefined {
    if (spanContext === undefined) return undefined;
    const node: unknown = Reflect.get(spanContext, this.#key);
    return node instanceof SpanNode ? node : this.#aside.get(spanContext);
  }

  startSegment(spanContext: SpanContext, record: SegmentRecord, exclusion?: Exclusion): Segment {
    const segment = new Segment(record, exclusion);
    this.#put(spanContext, segment.root);
    return segment;
  }

  startChild(spanContext: SpanContext, parent: SpanNode): SpanNode {
    const node = parent.segment.startChild(parent);
    this.#put(spanContext, node);
    return node;
  }

  #put(spanContext: SpanContext, node: SpanNode): void {
    if (!Reflect.defineProperty(spanContext, this.#key, { value: node, configurable: true }))
      this.#aside.set(spanContext, node);
  }
}
