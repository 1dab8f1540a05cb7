import type { SpanContext } from '@opentelemetry/api';
import { Segment, type Exclusion, type SpanNode } from './segment.js';
import type { SegmentRecord } from '../trace-state/segment-record.js';

/**
 * Finds the place of a span by its context, which the SDK keeps for the life of the span and hands to its children as
 * their parent. Spans that are forgotten without being ended are forgotten here as well.
 */
export class SpanRegistry {
  readonly #nodes = new WeakMap<SpanContext, SpanNode>();

  /** The place of a span of this process that was started before. */
  find(spanContext: SpanContext | undefined): SpanNode | undefined {
    return spanContext && this.#nodes.get(spanContext);
  }

  startSegment(spanContext: SpanContext, record: SegmentRecord, exclusion?: Exclusion): Segment {
    const segment = new Segment(record, exclusion);
    this.#nodes.set(spanContext, segment.root);
    return segment;
  }

  startChild(spanContext: SpanContext, parent: SpanNode): SpanNode {
    const node = parent.segment.startChild(parent);
    this.#nodes.set(spanContext, node);
    return node;
  }
}
