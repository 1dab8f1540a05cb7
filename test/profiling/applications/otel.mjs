// Set-up of the applications of this folder: options of the profiler come in a variable.
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, diag, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createSentryBridge } from 'otel-sentry-bridge';
import { SentryProfiler } from 'otel-sentry-bridge/profiling';

const print = (...parts) => console.error(parts.slice(1).join(' '));
diag.setLogger({ error: print, warn: print, info() {}, debug() {}, verbose() {} });

export const profiler = new SentryProfiler(JSON.parse(process.env.PROFILER_OPTIONS));
const manager = profiler.observeContextManager(new AsyncLocalStorageContextManager().enable());
context.setGlobalContextManager(manager);

export const bridge = createSentryBridge({ tracesSampleRate: 1, profiler });
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] }),
);
export const tracer = trace.getTracer('application');
