/**
 * Names of the headers that carry a trace between services: Sentry's, the one it shares with others, and W3C's.
 *
 * For whatever has to let them through, like CORS: a browser asks before it sends them to another origin.
 * https://docs.sentry.io/platforms/javascript/tracing/trace-propagation/dealing-with-cors-issues/
 *
 * @example response.setHeader('access-control-allow-headers', TRACE_HEADERS.join(', '))
 */
export const TRACE_HEADERS = ['sentry-trace', 'baggage', 'traceparent'] as const;
