import { BreadcrumbCollector } from '../conversion/breadcrumbs.js';
import type { ErrorReports } from '../errors/error-reports.js';
import type { ReadableSpan } from '../otel/types.js';
import type { ErrorEvent } from '../protocol/error-event.js';
import type { TransactionEvent } from '../protocol/transaction.js';
import type { StreamedEntry } from './span-batch.js';
import type { StreamedSegment } from './streamed-segment.js';

/** Errors of one segment that are remembered, so that they are not reported again. */
const MAX_REMEMBERED_ERRORS = 100;

/**
 * Errors recorded on the spans of a batch. There is no transaction to bring the breadcrumbs, so each error has those of
 * its segment that came before it, as far as they are in the batch.
 */
export class SegmentErrors {
  readonly #errors: ErrorReports;
  readonly #allowsPii: boolean;

  constructor(errors: ErrorReports, allowsPii: boolean) {
    this.#errors = errors;
    this.#allowsPii = allowsPii;
  }

  /** @param event the root of the segment as an event of its own, for the errors to share its facts */
  of(entries: readonly StreamedEntry[], segment: StreamedSegment, event: TransactionEvent): ErrorEvent[] {
    const roots = new Set(entries.filter(({ isRoot }) => isRoot).map(({ span }) => span));
    // Spans end after what is below them.
    const spans = entries.map(({ span }) => span);
    const reported = (segment.reported ??= new Set());
    const errors = this.#errors.ofSpans(spans, event, span => roots.has(span), reported);
    forgetOldest(reported);
    if (errors.length > 0) this.#addBreadcrumbs(errors, spans);
    return errors;
  }

  #addBreadcrumbs(errors: readonly ErrorEvent[], spans: readonly ReadableSpan[]): void {
    const collector = new BreadcrumbCollector();
    for (const span of spans) collector.add(span);
    const trail = collector.take(this.#allowsPii) ?? [];
    for (const error of errors) {
      const before = trail.filter(({ timestamp }) => timestamp <= error.timestamp);
      if (before.length > 0) error.breadcrumbs = before;
    }
  }
}

function forgetOldest(keys: Set<string>): void {
  for (const key of keys) {
    if (keys.size <= MAX_REMEMBERED_ERRORS) return;
    keys.delete(key);
  }
}
