import { context, type Context } from '@opentelemetry/api';
import { guard } from '../otel/diagnostics.js';
import { withoutSentryMembers } from '../protocol/baggage.js';
import { extractTrace, type TraceCarrier } from './carrier.js';
import { outgoingHeaders } from './outgoing-headers.js';

/** Environment variables of a process. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/**
 * Variables for each header: Sentry's, those of the subprocess integration of Sentry's Python SDK, those of
 * OpenTelemetry. https://opentelemetry.io/docs/specs/otel/context/env-carriers/
 */
const VARIABLES = {
  'sentry-trace': ['SENTRY_TRACE', 'SUBPROCESS_SENTRY_TRACE'],
  baggage: ['SENTRY_BAGGAGE', 'SUBPROCESS_BAGGAGE', 'BAGGAGE'],
  traceparent: ['TRACEPARENT'],
  tracestate: ['TRACESTATE'],
} as const;

/**
 * A context in the trace that the environment variables of this process name; a context without a trace when they name
 * none.
 *
 * Reads `SENTRY_TRACE` and `SENTRY_BAGGAGE`, else `SUBPROCESS_SENTRY_TRACE` and `SUBPROCESS_BAGGAGE`, else `TRACEPARENT`,
 * `TRACESTATE` and `BAGGAGE`, through the registered propagator. As it is asked for here, it is done whatever
 * `SENTRY_USE_ENVIRONMENT` says. https://github.com/getsentry/rfcs/blob/main/text/0071-continue-trace-over-process-boundaries.md
 *
 * @example context.with(contextFromEnv(), () => withSpan('nightly build', build))
 */
export function contextFromEnv(env: EnvironmentVariables = process.env): Context {
  return extractTrace(
    context.active(),
    guard('reading trace variables', {}, () => carrierOf(env)),
  );
}

/**
 * Runs `fn` in the trace that the environment variables of this process name, or in a new one when they name none.
 *
 * Reads what `contextFromEnv` reads. For the main function of a script, a CI job or a child process.
 * https://github.com/getsentry/rfcs/blob/main/text/0071-continue-trace-over-process-boundaries.md
 *
 * @example await continueFromEnv(() => withSpan('nightly build', build))
 */
export function continueFromEnv<T>(fn: () => T, env?: EnvironmentVariables): T {
  return context.with(contextFromEnv(env), fn);
}

/**
 * Environment variables that hand the trace of `from` (default: the active context) on to a child process; empty
 * without a span.
 *
 * Holds every variable that `contextFromEnv` reads, so that the child may be of any language and SDK. Add them to what
 * the child needs besides. https://opentelemetry.io/docs/specs/otel/context/env-carriers/
 *
 * @example spawn('./report.sh', { env: { ...process.env, ...traceEnv() } })
 */
export function traceEnv(from: Context = context.active()): Record<string, string> {
  const headers = outgoingHeaders(from);
  const env: Record<string, string> = {};
  for (const [header, names] of Object.entries(VARIABLES)) {
    const value = headers[header];
    if (value !== undefined) for (const name of names) env[name] = value;
  }
  return env;
}

function carrierOf(env: EnvironmentVariables): TraceCarrier {
  const isSubprocess = !env['SENTRY_TRACE'] && Boolean(env['SUBPROCESS_SENTRY_TRACE']);
  const sentryTrace = isSubprocess ? env['SUBPROCESS_SENTRY_TRACE'] : env['SENTRY_TRACE'];
  const own = isSubprocess ? env['SUBPROCESS_BAGGAGE'] : env['SENTRY_BAGGAGE'];
  return {
    ...(sentryTrace && { 'sentry-trace': sentryTrace }),
    ...header('baggage', joinBaggage(sentryTrace ? own : undefined, env['BAGGAGE'])),
    ...header('traceparent', env['TRACEPARENT']),
    ...header('tracestate', env['TRACESTATE']),
  };
}

function header(name: string, value: string | undefined): Record<string, string> {
  return value ? { [name]: value } : {};
}

/** Programs in between may know only `BAGGAGE` and change it: what it says of the application counts, not of the trace. */
function joinBaggage(own: string | undefined, shared: string | undefined): string | undefined {
  if (!own || own === shared || !shared) return own || shared;
  const others = withoutSentryMembers(shared);
  return others ? `${own},${others}` : own;
}
