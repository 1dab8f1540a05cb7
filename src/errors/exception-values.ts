import type { ExceptionJson, MechanismJson } from '../protocol/error-event.js';
import { cutValue } from '../conversion/cut-value.js';
import { MAX_EXCEPTION_VALUE_CHARS, MAX_LINKED_ERRORS } from '../protocol/limits.js';
import { parseStack } from './stack-parser.js';
import type { SpanException } from './span-exception.js';

/** https://develop.sentry.dev/sdk/data-model/event-payloads/exception/#exception-mechanism */
const MECHANISM = 'auto.otel.span_event';

export interface ExceptionRendering {
  /** Folder of the application, for module names. */
  readonly modulePath: string | undefined;
  /** Takes secrets out of messages. */
  readonly filterText: (text: string) => string;
}

/** An exception and its causes as Sentry lists them: the innermost cause first. */
export function exceptionValues(exception: SpanException, rendering: ExceptionRendering): ExceptionJson[] {
  const causes = causesOf(exception.error);
  const own: MechanismJson = {
    type: MECHANISM,
    handled: !exception.isUnhandled,
    ...(causes.length > 0 && { exception_id: 0 }),
  };
  const values = [toJson(exception.type, exception.message, exception.stacktrace, own, rendering)];
  for (const [index, cause] of causes.entries()) {
    const chained = {
      type: 'chained',
      handled: !exception.isUnhandled,
      source: 'cause',
      exception_id: index + 1,
      parent_id: index,
    };
    values.unshift(toJson(cause.name, cause.message, cause.stack, chained, rendering));
  }
  return values;
}

function toJson(
  type: string,
  message: string,
  stack: string | undefined,
  mechanism: MechanismJson,
  { modulePath, filterText }: ExceptionRendering,
): ExceptionJson {
  const frames = stack === undefined ? [] : parseStack(stack, modulePath);
  return {
    type,
    value: cutValue(filterText(message), MAX_EXCEPTION_VALUE_CHARS),
    mechanism,
    ...(frames.length > 0 && { stacktrace: { frames } }),
  };
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  let cause: unknown = error instanceof Error ? error.cause : undefined;
  while (
    cause instanceof Error &&
    causes.length < MAX_LINKED_ERRORS &&
    cause !== error &&
    !causes.includes(cause)
  ) {
    causes.push(cause);
    cause = cause.cause;
  }
  return causes;
}
