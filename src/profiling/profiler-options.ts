import type { Attributes, SpanKind } from '@opentelemetry/api';

/** What `profilesSampler` is told about a transaction. */
export interface ProfilesSamplingContext {
  /** Of the root span, when it starts. */
  readonly name: string;
  /** Of the root span: server, consumer and so on. */
  readonly kind: SpanKind;
  /** Those the span was started with. */
  readonly attributes: Attributes;
  /** Always true: others are not profiled. */
  readonly parentSampled: true;
}

/** Returns a rate from 0 to 1, or whether to profile; anything else profiles nothing. When it throws, `profilesSampleRate` counts. */
export type ProfilesSampler = (context: ProfilesSamplingContext) => number | boolean;

/**
 * Which code is profiled, and how. Either transactions, each with a profile of its own (`profilesSampleRate`,
 * `profilesSampler`), or the process, in one profile that transactions point into (`profileSessionSampleRate`).
 * With both, transactions are profiled. https://docs.sentry.io/platforms/javascript/guides/node/profiling/
 */
export interface SentryProfilerOptions {
  /** Share of sampled transactions that are profiled, from 0 to 1. */
  readonly profilesSampleRate?: number | boolean | undefined;
  /** Decides per sampled transaction; wins over `profilesSampleRate`. Called when its root starts. */
  readonly profilesSampler?: ProfilesSampler | undefined;
  /** Share of processes that are profiled, from 0 to 1. Drawn once, when the profiler is made. */
  readonly profileSessionSampleRate?: number | boolean | undefined;
  /** When such a process is profiled: between `start()` and `stop()`, or while a transaction is open. Default `'manual'`. */
  readonly profileLifecycle?: 'manual' | 'trace' | undefined;
  /** Samples per second. Default 100. */
  readonly hz?: number | undefined;
  /** Seconds of a process's profile that are sent at a time. Default 15. */
  readonly chunkSeconds?: number | undefined;
  /** Functions on a stack; the outermost are left out. Default 128. */
  readonly maxDepth?: number | undefined;
  /**
   * Gives each transaction a thread of its own in profiles, so that requests that run at the same time can be told
   * apart. Needs `observeContextManager()`. Experimental. Default false.
   */
  readonly perRequestThreads?: boolean | undefined;
}
