export { SentryProfiler } from './profiling/sentry-profiler.js';

export type {
  ProfilesSampler,
  ProfilesSamplingContext,
  SentryProfilerOptions,
} from './profiling/profiler-options.js';
