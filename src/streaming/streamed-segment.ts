import type { ReadableSpan } from '../otel/types.js';
import type { JsonObject, TransactionEvent } from '../protocol/transaction.js';
import type { SegmentRecord } from '../trace-state/segment-record.js';

/** What the root of a segment says about all of its spans. */
export interface SegmentFacts {
  readonly name: string;
  /** User and tags. */
  readonly inherited: Readonly<JsonObject>;
  /** The root as an event of its own, for the errors of the segment to share its facts. */
  readonly event: TransactionEvent | undefined;
}

/** A local root and its descendants, as far as their spans have to know of each other. */
export class StreamedSegment {
  readonly record: SegmentRecord;
  /** From its start on; released when its facts are known for good. */
  root: ReadableSpan | undefined;
  rootId: string | undefined;
  /** Nothing of it is sent any more: its root is ignored. */
  isIgnored = false;
  /** For good, since the root has ended. */
  facts: SegmentFacts | undefined;
  /** Errors that were reported, so that one recorded on several spans counts once. */
  reported: Set<string> | undefined;

  constructor(record: SegmentRecord) {
    this.record = record;
  }

  /** The root has started, or was found. */
  attachRoot(root: ReadableSpan): void {
    this.root = root;
    this.rootId = root.spanContext().spanId;
  }
}
