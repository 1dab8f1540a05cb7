import type { Span } from '@opentelemetry/api';
import { guard } from '../../otel/diagnostics.js';

/** Ends a span that is open. */
export function endSpan(span: Span): void {
  guard('ending a span', undefined, () => {
    if (span.isRecording()) span.end();
  });
}
