import { isSpanContextValid, trace, type ContextManager } from '@opentelemetry/api';
import { parseFlag, variable, type Environment } from '../config/environment-variables.js';
import { contextFromEnv } from '../helpers/environment-trace.js';

/**
 * Makes the trace that the environment variables name the one the whole process works in, unless
 * `SENTRY_USE_ENVIRONMENT` says no. `manager` must be registered, and so must the propagator. Returns whether there is
 * such a trace.
 */
export function continueEnvironmentTrace(manager: ContextManager, env: Environment): boolean {
  if (parseFlag(variable(env, 'SENTRY_USE_ENVIRONMENT') ?? '') === false) return false;
  const root = manager.active();
  const continued = contextFromEnv(env);
  const spanContext = trace.getSpanContext(continued);
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return false;
  const active = manager.active.bind(manager);
  manager.active = () => {
    const context = active();
    return context === root ? continued : context;
  };
  return true;
}
