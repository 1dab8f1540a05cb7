import type { TextMapPropagator } from '@opentelemetry/api';
import { variable, type Environment } from '../../config/environment-variables.js';
import { log } from '../../otel/diagnostics.js';
import { BaggagePropagator } from '../../w3c/baggage-propagator.js';
import { CompositePropagator } from '../../w3c/composite-propagator.js';
import { TraceContextPropagator } from '../../w3c/trace-context-propagator.js';

/** What can propagate, in the order that keeps all headers, whatever the order in the variable. */
const PROPAGATORS = {
  tracecontext: () => new TraceContextPropagator(),
  baggage: () => new BaggagePropagator(),
  sentry: (sentry: TextMapPropagator) => sentry,
} as const;

/**
 * The propagator `OTEL_PROPAGATORS` asks for: all of ours unless it is set, none for `none`. Names we do not know are
 * reported and ignored.
 */
export function propagatorFromEnv(
  env: Environment,
  sentry: TextMapPropagator,
): TextMapPropagator | undefined {
  const names = wantedNames(env) ?? Object.keys(PROPAGATORS);
  if (names.includes('none')) return undefined;
  const unknown = names.filter(name => !(name in PROPAGATORS));
  if (unknown.length > 0) log.warn(`OTEL_PROPAGATORS: ${unknown.join(', ')} cannot be used here`);
  const propagators = Object.entries(PROPAGATORS)
    .filter(([name]) => names.includes(name))
    .map(([, create]) => create(sentry));
  return new CompositePropagator(propagators);
}

function wantedNames(env: Environment): string[] | undefined {
  const names = (variable(env, 'OTEL_PROPAGATORS') ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase())
    .filter(name => name !== '');
  return names.length > 0 ? names : undefined;
}
