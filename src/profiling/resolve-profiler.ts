import {
  booleanOption,
  checkedOption,
  choiceOption,
  isRecord,
  numberOption,
  refuse,
} from '../config/validate.js';
import { log } from '../otel/diagnostics.js';
import { parseRate } from '../sampling/rate.js';
import type { ProfilesSampler, SentryProfilerOptions } from './profiler-options.js';

const HZ = 100;
const MAX_HZ = 1000;
const CHUNK_SECONDS = 15;
/** Sentry drops chunks of more than 66 seconds, and the timer that ends one may be late. */
const MAX_CHUNK_SECONDS = 60;
const MAX_DEPTH = 128;
const MILLIS_PER_SECOND = 1000;

/** Options after defaults, checked. */
export interface ProfilerSettings {
  readonly mode: ProfilingMode;
  readonly hz: number;
  readonly chunkMillis: number;
  readonly maxDepth: number;
  readonly perRequestThreads: boolean;
}

export type ProfilingMode =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'transactions';
      readonly sampler: ProfilesSampler | undefined;
      readonly rate: number | undefined;
    }
  | { readonly kind: 'process'; readonly rate: number; readonly lifecycle: 'manual' | 'trace' };

/** @throws TypeError naming the first unusable option */
export function resolveProfiler(given: SentryProfilerOptions = {}): ProfilerSettings {
  if (!isRecord(given)) refuse('options', 'an object', given);
  const options: Record<string, unknown> = { ...given };
  return {
    mode: resolveMode(options),
    hz: numberOption(options, 'hz', 1, MAX_HZ) ?? HZ,
    chunkMillis:
      (numberOption(options, 'chunkSeconds', 1, MAX_CHUNK_SECONDS) ?? CHUNK_SECONDS) * MILLIS_PER_SECOND,
    maxDepth: Math.floor(numberOption(options, 'maxDepth', 1) ?? MAX_DEPTH),
    perRequestThreads: booleanOption(options, 'perRequestThreads') ?? false,
  };
}

function resolveMode(options: Record<string, unknown>): ProfilingMode {
  const rate = rateOption(options, 'profilesSampleRate');
  const sampler = checkedOption(options, 'profilesSampler', 'a function', isSampler);
  const sessionRate = rateOption(options, 'profileSessionSampleRate');
  const lifecycle = choiceOption(options, 'profileLifecycle', ['manual', 'trace']);
  const profilesTransactions = rate !== undefined || sampler !== undefined;
  const profilesProcess = sessionRate !== undefined || lifecycle !== undefined;
  if (profilesTransactions && profilesProcess) {
    log.warn(
      'profileSessionSampleRate and profileLifecycle have no effect beside profilesSampleRate and profilesSampler',
    );
  }
  if (profilesTransactions) return { kind: 'transactions', sampler, rate };
  if (sessionRate !== undefined)
    return { kind: 'process', rate: sessionRate, lifecycle: lifecycle ?? 'manual' };
  log.warn(
    'none of profilesSampleRate, profilesSampler and profileSessionSampleRate is set: nothing is profiled',
  );
  return { kind: 'off' };
}

function rateOption(options: Record<string, unknown>, name: string): number | undefined {
  const value = options[name];
  if (value === undefined || value === null) return undefined;
  return parseRate(value) ?? refuse(name, 'a number from 0 to 1', value);
}

function isSampler(value: unknown): value is ProfilesSampler {
  return typeof value === 'function';
}
