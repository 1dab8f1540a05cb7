import { isSpanContextValid, propagation, trace, type Context } from '@opentelemetry/api';
import { guard } from '../otel/diagnostics.js';

/** What the registered propagator writes for the trace of `from`; nothing without a span. */
export function outgoingHeaders(from: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  guard('writing trace headers', undefined, () => {
    const spanContext = trace.getSpanContext(from);
    if (spanContext !== undefined && isSpanContextValid(spanContext)) propagation.inject(from, headers);
  });
  return headers;
}
