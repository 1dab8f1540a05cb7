import type { ReadableSpan } from '../otel/types.js';
import type { SegmentRecord } from '../trace-state/segment-record.js';

/** A span's place in its segment, from its start on. Holds the span itself only between its end and its departure. */
export class SpanNode {
  readonly segment: Segment;
  readonly parent: SpanNode | undefined;
  /** Order of start within the segment. */
  readonly index: number;
  /** `gone`: left in a transaction, or was counted as lost. */
  state: 'open' | 'finished' | 'gone' = 'open';
  span: ReadableSpan | undefined = undefined;
  /** Finished descendants that arrived after the segment's transaction had left. */
  waiting: SpanNode[] | undefined = undefined;

  constructor(segment: Segment, parent: SpanNode | undefined, index: number) {
    this.segment = segment;
    this.parent = parent;
    this.index = index;
  }
}

/** Why the spans of a segment are not kept: dropped by sampling (children are counted as well), or not ours to report. */
export type Exclusion = 'unsampled' | 'ignored';

/** A local root and its local descendants while they are being collected. */
export class Segment {
  readonly record: SegmentRecord;
  readonly exclusion: Exclusion | undefined;
  readonly root: SpanNode;
  /** Finished descendants waiting for the root, in order of their ends. */
  finished: SpanNode[] = [];
  /** Open spans below which something waits since the transaction left. */
  readonly holders = new Set<SpanNode>();
  /** Spans started and not ended, the root included. */
  openSpans = 1;
  /** Its neighbours in the `SegmentList` it is in. */
  older: Segment | undefined = undefined;
  newer: Segment | undefined = undefined;
  #started = 1;

  constructor(record: SegmentRecord, exclusion?: Exclusion) {
    this.record = record;
    this.exclusion = exclusion;
    this.root = new SpanNode(this, undefined, 0);
  }

  startChild(parent: SpanNode): SpanNode {
    this.openSpans++;
    return new SpanNode(this, parent, this.#started++);
  }

  get hasLeft(): boolean {
    return this.root.state === 'gone';
  }
}

/** Takes the span out of its node: from now on it belongs to a transaction, or is lost. */
export function depart(node: SpanNode): ReadableSpan | undefined {
  const { span } = node;
  node.state = 'gone';
  node.span = undefined;
  return span;
}
