import type { ContextManager } from '@opentelemetry/api';
import { createEventIds } from '../event-id.js';
import { describeError, guard, log } from '../otel/diagnostics.js';
import { unobservedClock } from '../otel/unobserved-clock.js';
import type { ProfileHost, ProfileObserver } from '../profile-source.js';
import { MAX_PROFILE_MILLIS } from '../protocol/limits.js';
import { currentThread } from './current-thread.js';
import { openInspectorRecorder } from './inspector-recorder.js';
import { ProcessProfile } from './process-profile.js';
import type { SentryProfilerOptions } from './profiler-options.js';
import type { ProfilingTools } from './profiling-tools.js';
import type { OpenRecorder, Recorder } from './recorder.js';
import { resolveProfiler, type ProfilerSettings } from './resolve-profiler.js';
import { OneThread, type ThreadLabels } from './threads/thread-labels.js';
import { observe, RequestThreads, type ObservedContext } from './threads/request-threads.js';
import { TransactionDraw } from './transaction-draw.js';
import { TransactionProfiles } from './transaction-profiles.js';
import { UsageMeter } from './usage-meter.js';

/**
 * What the outside world is for tests.
 * @internal
 */
export interface ProfilerWorld {
  readonly random?: () => number;
  readonly openRecorder?: OpenRecorder;
}

/**
 * Profiles what the thread does, with V8's own sampler: no native addon, no port, no debugger. Give it to the bridge;
 * it profiles what that sends. Where there can be no profiles it switches itself off and says so once.
 *
 * @example createSentryBridge({ dsn, tracesSampleRate: 0.2, profiler: new SentryProfiler({ profilesSampleRate: 0.1 }) })
 */
export class SentryProfiler {
  readonly #settings: ProfilerSettings;
  readonly #random: () => number;
  readonly #openRecorder: OpenRecorder;
  readonly #isSessionDrawn: boolean;
  #context: ObservedContext | undefined;
  #process: ProcessProfile | undefined;
  #isAttached = false;
  #isWanted = false;

  /** @throws TypeError for an unusable option */
  constructor(options?: SentryProfilerOptions);
  /** @internal */
  constructor(options: SentryProfilerOptions | undefined, world: ProfilerWorld);
  constructor(
    options?: SentryProfilerOptions,
    { random = Math.random, openRecorder = openInspectorRecorder }: ProfilerWorld = {},
  ) {
    this.#settings = resolveProfiler(options);
    this.#random = random;
    this.#openRecorder = openRecorder;
    const { mode } = this.#settings;
    this.#isSessionDrawn = mode.kind === 'process' && random() < mode.rate;
  }

  /** Profiles the process from now on, with `profileLifecycle: 'manual'`. */
  start(): void {
    if (!this.#isManual('start')) return;
    this.#isWanted = true;
    guard('profiling', undefined, () => this.#process?.start());
  }

  /** Ends what `start()` began and sends what has been recorded. */
  stop(): void {
    if (!this.#isManual('stop')) return;
    this.#isWanted = false;
    guard('profiling', undefined, () => this.#process?.stop());
  }

  /**
   * Lets the profiler see which transaction the thread works for, as `perRequestThreads` wants. Returns the context
   * manager that was given. Call it before the bridge is made.
   *
   * @example provider.register({ contextManager: profiler.observeContextManager(new AsyncLocalStorageContextManager()) })
   */
  observeContextManager<Manager extends ContextManager>(manager: Manager): Manager {
    if (this.#settings.perRequestThreads) this.#context = observe(manager);
    return manager;
  }

  /** For the bridge, which calls it when it is made. */
  attach(host: ProfileHost): ProfileObserver | undefined {
    if (this.#isAttached)
      throw new TypeError('profiler must be one that no other bridge has, got one in use');
    this.#isAttached = true;
    const { mode, hz } = this.#settings;
    if (mode.kind === 'off' || (mode.kind === 'process' && !this.#isSessionDrawn)) return undefined;
    if (mode.kind === 'transactions' && !host.hasTransactions) {
      log.warn("profilesSampleRate and profilesSampler have no effect with traceLifecycle 'stream'");
      return undefined;
    }
    const clock = unobservedClock(host.clock);
    try {
      const recorder = this.#openRecorder(hz, clock);
      return this.#observer({ ...host, clock }, recorder);
    } catch (error) {
      log.warn(`nothing is profiled, because Node.js does not allow it: ${describeError(error)}`);
      return undefined;
    }
  }

  #observer(host: ProfileHost, recorder: Recorder): ProfileObserver {
    const { mode, maxDepth, chunkMillis } = this.#settings;
    const spanMillis = mode.kind === 'process' ? chunkMillis : MAX_PROFILE_MILLIS;
    const tools: ProfilingTools = {
      host,
      recorder,
      maxDepth,
      thread: currentThread,
      labels: this.#labels(recorder),
      meter: new UsageMeter(host.clock, () => recorder.nowMicros(), spanMillis),
      newId: createEventIds(),
    };
    if (mode.kind === 'transactions') {
      const draw = new TransactionDraw(mode, this.#random);
      return new TransactionProfiles(tools, root => draw.isDrawn(root));
    }
    const lifecycle = mode.kind === 'process' ? mode.lifecycle : 'manual';
    this.#process = new ProcessProfile(tools, { lifecycle, chunkMillis });
    if (this.#isWanted) this.#process.start();
    return this.#process;
  }

  #labels(recorder: Recorder): ThreadLabels {
    const now = () => recorder.nowMicros();
    if (this.#context !== undefined) return new RequestThreads(currentThread, now, this.#context);
    if (this.#settings.perRequestThreads) {
      log.warn('perRequestThreads has no effect without observeContextManager()');
    }
    return new OneThread(currentThread);
  }

  #isManual(method: 'start' | 'stop'): boolean {
    const { mode } = this.#settings;
    if (mode.kind === 'process' && mode.lifecycle === 'manual') return true;
    log.warn(
      `SentryProfiler.${method}() has an effect only with profileSessionSampleRate and profileLifecycle 'manual'`,
    );
    return false;
  }
}
