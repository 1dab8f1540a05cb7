import { context, createContextKey, ROOT_CONTEXT, type Context } from '@opentelemetry/api';

/**
 * The key the OpenTelemetry SDK uses, in every version and copy of it: keys are registered symbols.
 * https://github.com/open-telemetry/opentelemetry-js/blob/main/packages/opentelemetry-core/src/trace/suppress-tracing.ts
 */
const SUPPRESS_TRACING_KEY = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** A context in which no instrumentation creates spans or injects headers. */
export function suppressTracing(parent: Context): Context {
  return parent.setValue(SUPPRESS_TRACING_KEY, true);
}

/** Whether spans started in this context must not be recorded. */
export function isTracingSuppressed(current: Context): boolean {
  return current.getValue(SUPPRESS_TRACING_KEY) === true;
}

const UNOBSERVED = suppressTracing(ROOT_CONTEXT);

/**
 * Runs `fn` so that what it does is not traced, and that nothing it leaves behind (sockets, timers, promises) holds on
 * to the request it happened to be called in.
 */
export function runUnobserved<T>(fn: () => T): T {
  return context.with(UNOBSERVED, fn);
}
