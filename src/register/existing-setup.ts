import { member } from './packages/members.js';

/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
const API_KEY = Symbol.for('opentelemetry.js.api.1');

const WHAT = { trace: 'tracer provider', context: 'context manager', propagation: 'propagator' } as const;

/** Who has set up tracing in this process, in words; undefined when nobody has. */
export function findExistingSetup(globals: object): string | undefined {
  const registered = member(globals, API_KEY);
  const taken = Object.entries(WHAT).filter(([key]) => member(registered, key) !== undefined);
  const isSentry = sentryClient(globals) !== undefined;
  if (taken.length > 0) {
    const parts = taken.map(([, what]) => what).join(', ');
    return `${isSentry ? 'a Sentry SDK' : 'another SDK'} has registered with OpenTelemetry (${parts})`;
  }
  return isSentry && isTracing(globals) ? 'a Sentry SDK traces this process' : undefined;
}

export function hasDiagLogger(globals: object): boolean {
  return member(member(globals, API_KEY), 'diag') !== undefined;
}

/** Sentry's JavaScript SDKs keep their state under their version. */
function sentryClient(globals: object): unknown {
  const carrier = member(globals, '__SENTRY__');
  const state = member(carrier, String(member(carrier, 'version')));
  const scope = member(state, 'defaultCurrentScope');
  const getClient = member(scope, 'getClient');
  return typeof getClient === 'function' ? Reflect.apply(getClient, scope, []) : undefined;
}

function isTracing(globals: object): boolean {
  const client = sentryClient(globals);
  const getOptions = member(client, 'getOptions');
  const options: unknown =
    typeof getOptions === 'function' ? Reflect.apply(getOptions, client, []) : undefined;
  // With this option it works on the spans of an OpenTelemetry setup like this one.
  if (member(options, 'skipOpenTelemetrySetup') === true) return false;
  return ['tracesSampleRate', 'tracesSampler'].some(name => isSet(member(options, name)));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
