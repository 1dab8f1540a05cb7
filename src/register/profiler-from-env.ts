import { parsedVariable, type Environment } from '../config/environment-variables.js';
import { describeError, log } from '../otel/diagnostics.js';
import type { SentryProfiler } from '../profiling.js';
import { parseRate } from '../sampling/rate.js';
import { isClassWith, member } from './packages/members.js';

/**
 * The profiler that variables want, if they do.
 *
 * @param load what `otel-sentry-bridge/profiling` exports; asked only when there is to be a profiler
 */
export function profilerFromEnv(env: Environment, load: () => unknown): SentryProfiler | undefined {
  const expected = 'a number from 0 to 1';
  const profilesSampleRate = parsedVariable(env, 'SENTRY_PROFILES_SAMPLE_RATE', expected, parseRate);
  if (!profilesSampleRate) return undefined;
  try {
    const Profiler = member(load(), 'SentryProfiler');
    if (isClassWith<SentryProfiler>(Profiler, ['attach'])) return new Profiler({ profilesSampleRate });
    log.warn('the profiler cannot be loaded: this is no complete installation');
  } catch (error) {
    log.warn(`the profiler cannot be loaded: ${describeError(error)}`);
  }
  return undefined;
}
