import type * as Inspector from 'node:inspector';
import process from 'node:process';
import type { Clock } from '../clock.js';
import { createEventIds } from '../event-id.js';
import { guard } from '../otel/diagnostics.js';
import type { Recorder, Recording } from './recorder.js';
import type { V8Profile } from './v8-profile.js';

/** How long the recording goes on that only keeps V8 ready; what it holds is thrown away then. */
const KEEP_ALIVE_MILLIS = 10_000;

/**
 * The recorder of this thread, on an inspector session of its own within the process: no port, no debugger.
 *
 * Starting V8's profiler is expensive, because it looks at all code there is: 5 to 200 ms. A named recording on a
 * profiler that runs is nearly free. So one recording is always running, if need be one that nobody wants.
 * https://nodejs.org/api/inspector.html
 *
 * @throws Error without inspector, or without permission for it
 */
export function openInspectorRecorder(hz: number, clock: Clock): Recorder {
  const inspector = process.getBuiltinModule('node:inspector');
  if (inspector === undefined) throw new Error('this Node.js has no inspector');
  return new InspectorRecorder(inspector, hz, clock);
}

class InspectorRecorder implements Recorder {
  readonly #session: Inspector.Session;
  readonly #named: Inspector.InspectorConsole;
  readonly #clock: Clock;
  /** From the clock of `performance` to that of V8, which is the one of `process.hrtime()`. */
  readonly #offsetMicros: number;
  /** Other sessions of the process see our recordings, and we see theirs. */
  readonly #prefix = `otel-sentry-bridge ${createEventIds()()}`;
  readonly #live = new Set<string>();
  readonly #finished = new Map<string, V8Profile>();
  #keepAlive: string | undefined;
  #started = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(inspector: typeof Inspector, hz: number, clock: Clock) {
    const [seconds, nanos] = process.hrtime();
    this.#offsetMicros = seconds * 1e6 + nanos / 1e3 - performance.now() * 1e3;
    this.#clock = clock;
    this.#named = inspector.console;
    this.#session = new inspector.Session();
    this.#session.connect();
    this.#session.on('Profiler.consoleProfileFinished', ({ params: { title, profile } }) => {
      if (title !== undefined && this.#live.delete(title)) this.#finished.set(title, profile);
    });
    this.#post('Profiler.enable');
    this.#post('Profiler.setSamplingInterval', { interval: Math.round(1e6 / hz) });
    this.#keepAlive = this.#begin();
    this.#scheduleRenewal();
  }

  nowMicros(): number {
    return performance.now() * 1e3 + this.#offsetMicros;
  }

  start(): Recording {
    const title = this.#begin();
    return { stop: () => this.#stop(title) };
  }

  close(): void {
    this.#cancelTimer?.();
    this.#live.clear();
    this.#finished.clear();
    guard('closing the profiler', undefined, () => this.#session.disconnect());
  }

  #begin(): string {
    const title = `${this.#prefix} ${++this.#started}`;
    this.#live.add(title);
    this.#named.profile(title);
    return title;
  }

  #stop(title: string): V8Profile | undefined {
    if (this.#live.has(title)) {
      if (this.#live.size === 1) this.#keepAlive = this.#begin();
      // The event comes before this returns.
      this.#named.profileEnd(title);
      this.#live.delete(title);
    }
    // An application may have ended it: profileEnd() without a title takes the last one.
    const profile = this.#finished.get(title);
    this.#finished.delete(title);
    return profile;
  }

  /** The one that nobody wants would grow for ever. Another one keeps V8 as ready, while there is any. */
  #renewKeepAlive(): void {
    const old = this.#keepAlive;
    const others = this.#live.size - (old !== undefined && this.#live.has(old) ? 1 : 0);
    this.#keepAlive = others > 0 ? undefined : this.#begin();
    if (old !== undefined) this.#stop(old);
  }

  #scheduleRenewal(): void {
    this.#cancelTimer = this.#clock.setTimer(() => {
      this.#scheduleRenewal();
      guard('renewing the profiler', undefined, () => this.#renewKeepAlive());
    }, KEEP_ALIVE_MILLIS);
  }

  #post(method: string, params?: object): void {
    let failure: Error | null = null;
    this.#session.post(method, params, error => (failure = error));
    if (failure !== null) throw failure;
  }
}
