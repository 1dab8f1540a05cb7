import { parsedVariable, type Environment } from '../config/environment-variables.js';
import { SentryProfiler } from '../profiling.js';
import { parseRate } from '../sampling/rate.js';

/** The profiler that variables want, if they do. */
export function profilerFromEnv(env: Environment): SentryProfiler | undefined {
  const expected = 'a number from 0 to 1';
  const profilesSampleRate = parsedVariable(env, 'SENTRY_PROFILES_SAMPLE_RATE', expected, parseRate);
  return profilesSampleRate ? new SentryProfiler({ profilesSampleRate }) : undefined;
}
