import { SpanKind } from '@opentelemetry/api';
import { spanIdOf } from '../conversion/ids.js';
import { filterText } from '../conversion/privacy/text-filter.js';
import { validSeconds } from '../conversion/timing.js';
import { describeError, log } from '../otel/diagnostics.js';
import { isPromise } from '../otel/hook-result.js';
import type { SpanTree } from '../otel/span-tree.js';
import type { ReadableSpan } from '../otel/types.js';
import type { ErrorEvent } from '../protocol/error-event.js';
import type { TransactionEvent } from '../protocol/transaction.js';
import { exceptionValues, type ExceptionRendering } from './exception-values.js';
import { isCaptured, markCaptured, type RecordedErrors } from './recorded-errors.js';
import { exceptionsOf, type FoundException, type SpanException } from './span-exception.js';

/** Which recorded exceptions become error events. */
export type CaptureExceptions = false | 'unhandled' | 'all' | ExceptionFilter;

/** Written as a method for the reason of `SpanCallback`. */
type ExceptionFilter = { filter(exception: SpanException, span: ReadableSpan): boolean }['filter'];

/** @internal */
export interface ErrorReportSettings {
  readonly captureExceptions: CaptureExceptions;
  readonly sendDefaultPii: boolean;
  readonly modulePath: string | undefined;
}

/** Kinds whose spans stand for work that came in: an error that reaches them was handled by nobody. */
const ENTRY_KINDS: ReadonlySet<SpanKind> = new Set([SpanKind.SERVER, SpanKind.CONSUMER]);

/**
 * Error events from the exceptions recorded on the spans of a tree.
 *
 * Made when the tree leaves, not when a span ends: by then a Sentry SDK in the process has had its chance to report the
 * same object, which is the better report. The same error recorded on a span and on those around it counts once, on
 * the innermost.
 * @internal
 */
export class ErrorReports {
  readonly #settings: ErrorReportSettings;
  readonly #recorded: RecordedErrors;
  readonly #rendering: ExceptionRendering;
  readonly #newEventId: () => string;

  constructor(settings: ErrorReportSettings, recorded: RecordedErrors, newEventId: () => string) {
    this.#settings = settings;
    this.#recorded = recorded;
    this.#newEventId = newEventId;
    const { modulePath, sendDefaultPii } = settings;
    this.#rendering = { modulePath, filterText: text => filterText(text, sendDefaultPii) };
  }

  /** @param transaction what the tree was converted to; errors share its facts */
  of(tree: SpanTree, transaction: TransactionEvent): ErrorEvent[] {
    // Children start after their parents: backwards, the innermost comes first.
    return this.ofSpans([tree.root, ...tree.descendants].reverse(), transaction, span => span === tree.root);
  }

  /**
   * @param spans the innermost first
   * @param reported errors of these spans and others that are not to be reported again; is added to
   */
  ofSpans(
    spans: readonly ReadableSpan[],
    transaction: TransactionEvent,
    isRoot: (span: ReadableSpan) => boolean,
    reported = new Set<string>(),
  ): ErrorEvent[] {
    if (this.#settings.captureExceptions === false) return [];
    return spans.flatMap(span =>
      exceptionsOf(span, isRoot(span) || ENTRY_KINDS.has(span.kind), this.#recorded)
        .filter(exception => this.#isWanted(exception) && isNew(exception, reported))
        .map(exception => this.#toEvent(exception, transaction)),
    );
  }

  #isWanted(exception: FoundException): boolean {
    const { captureExceptions } = this.#settings;
    if (isCaptured(exception.error)) return false;
    if (captureExceptions === 'all') return true;
    if (typeof captureExceptions !== 'function') return exception.isUnhandled;
    try {
      const isWanted: unknown = captureExceptions(exception, exception.span);
      return !isPromise(isWanted) && isWanted === true;
    } catch (error) {
      log.error(`captureExceptions failed: ${describeError(error)}`);
      return false;
    }
  }

  #toEvent(exception: FoundException, transaction: TransactionEvent): ErrorEvent {
    const { span, event } = exception;
    markCaptured(exception.error);
    const { trace_id } = transaction.contexts.trace;
    const parentId = spanIdOf(span.parentSpanContext?.spanId);
    const { trace: _, response: __, profile: ___, ...shared } = transaction.contexts;
    const { release, dist, server_name, tags, user, request } = transaction;
    return {
      event_id: this.#newEventId(),
      platform: 'node',
      level: 'error',
      timestamp: validSeconds(event.time) ?? transaction.timestamp,
      transaction: transaction.transaction,
      environment: transaction.environment,
      ...(release !== undefined && { release }),
      ...(dist !== undefined && { dist }),
      ...(server_name !== undefined && { server_name }),
      sdk: transaction.sdk,
      contexts: {
        ...shared,
        trace: {
          trace_id,
          span_id: span.spanContext().spanId,
          ...(parentId !== undefined && { parent_span_id: parentId }),
        },
      },
      exception: { values: exceptionValues(exception, this.#rendering) },
      ...(tags !== undefined && { tags }),
      ...(user !== undefined && { user }),
      ...(request !== undefined && { request }),
    };
  }
}

/** Without the object, the same text and stack is the same error. */
function isNew({ type, message, stacktrace, error }: FoundException, reported: Set<string>): boolean {
  const key = JSON.stringify([type, message, stacktrace]);
  if (reported.has(key) || isCaptured(error)) return false;
  reported.add(key);
  return true;
}
