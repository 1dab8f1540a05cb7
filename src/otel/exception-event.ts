/** The name of the span event that `recordException()` adds. https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/ */
export const EXCEPTION_EVENT = 'exception';
