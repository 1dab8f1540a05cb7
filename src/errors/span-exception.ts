import { SpanStatusCode } from '@opentelemetry/api';
import { stringAttribute } from '../otel/attributes.js';
import { EXCEPTION_EVENT } from '../otel/exception-event.js';
import type { ReadableSpan, TimedEvent } from '../otel/types.js';
import type { RecordedErrors } from './recorded-errors.js';

/** An exception recorded on a span, as `captureExceptions` sees it. */
export interface SpanException {
  /** Class of the error. */
  readonly type: string;
  /** Text of the error; may be empty. */
  readonly message: string;
  /** As it was recorded; absent without one. */
  readonly stacktrace: string | undefined;
  /** What `recordException()` was given; absent when the span came from elsewhere. */
  readonly error: unknown;
  /** It ended the span it was recorded on. */
  readonly isUnhandled: boolean;
}

/** @internal */
export interface FoundException extends SpanException {
  readonly span: ReadableSpan;
  readonly event: TimedEvent;
}

const DEFAULT_TYPE = 'Error';
/** `ECONNREFUSED` and the like: the SDK prefers an error's code to its class, which would group badly. */
const CLASS_IN_STACK = /^(?:Uncaught )?([A-Za-z_$][\w$]*(?:Error|Exception))\b/;

/**
 * The exceptions recorded on a span, oldest first. Events that say neither what nor where are no exceptions.
 * @internal
 */
export function exceptionsOf(
  span: ReadableSpan,
  isEntry: boolean,
  recorded: RecordedErrors,
): FoundException[] {
  const events = span.events.filter(({ name }) => name === EXCEPTION_EVENT);
  return events.flatMap(event => {
    const attributes = event.attributes ?? {};
    const given = stringAttribute(attributes, 'exception.type');
    const message = stringAttribute(attributes, 'exception.message') ?? '';
    const stacktrace = stringAttribute(attributes, 'exception.stacktrace');
    if (given === undefined && message === '' && stacktrace === undefined) return [];
    const error = recorded.of(event);
    const hasEscaped = attributes['exception.escaped'] === true || attributes['exception.escaped'] === 'true';
    const isUnhandled = hasEscaped || (isEntry && span.status.code === SpanStatusCode.ERROR);
    return [
      { type: className(error, stacktrace, given), message, stacktrace, error, isUnhandled, span, event },
    ];
  });
}

function className(error: unknown, stacktrace: string | undefined, given: string | undefined): string {
  if (error instanceof Error && error.name) return error.name;
  return CLASS_IN_STACK.exec(stacktrace ?? '')?.[1] ?? given ?? DEFAULT_TYPE;
}
