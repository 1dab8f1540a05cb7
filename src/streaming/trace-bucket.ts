import type { SpanBatch, StreamedEntry } from './span-batch.js';

/** Finished spans of one trace that wait for each other. */
export class TraceBucket implements SpanBatch {
  readonly traceId: string;
  readonly entries: StreamedEntry[] = [];
  /** Estimated. */
  bytes = 0;
  /** In milliseconds of the monotonic clock. */
  readonly deadline: number;

  constructor(traceId: string, deadline: number) {
    this.traceId = traceId;
    this.deadline = deadline;
  }

  add(entry: StreamedEntry, bytes: number): void {
    this.entries.push(entry);
    this.bytes += bytes;
  }
}
