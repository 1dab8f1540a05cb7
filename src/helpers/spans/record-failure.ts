import { SpanStatusCode, type Exception, type Span } from '@opentelemetry/api';
import { describeError, guard } from '../../otel/diagnostics.js';
import { isReadable } from '../root/local-root.js';

/** Says on a span what ended it: the exception, and an ERROR status unless the application has set one. */
export function recordFailure(span: Span, error: unknown): void {
  guard('recording an exception', undefined, () => {
    if (!span.isRecording()) return;
    span.recordException(isException(error) ? error : describeError(error));
    if (isReadable(span) && span.status.code === SpanStatusCode.ERROR) return;
    span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
  });
}

function isException(error: unknown): error is Exception {
  return typeof error === 'object' && error !== null && ('message' in error || 'name' in error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : describeError(error);
}
