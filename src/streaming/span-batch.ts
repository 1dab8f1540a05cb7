import type { ReadableSpan } from '../otel/types.js';
import type { StreamedSegment } from './streamed-segment.js';

/** A finished span on its way to Sentry. */
export interface StreamedEntry {
  readonly span: ReadableSpan;
  readonly segment: StreamedSegment;
  readonly isRoot: boolean;
}

/** Finished spans of one trace that travel together; never empty. */
export interface SpanBatch {
  readonly traceId: string;
  readonly entries: readonly StreamedEntry[];
}

/** Takes a batch; never throws. */
export type BatchSink = (batch: SpanBatch) => void;
