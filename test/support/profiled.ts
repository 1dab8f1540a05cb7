import { type Span, type SpanOptions } from '@opentelemetry/api';
import type { ProfileChunk, TransactionProfile } from '../../src/protocol/profile.js';
import { SentryProfiler, type SentryProfilerOptions } from '../../src/profiling.js';
import { FakeRecorder } from './fake-recorder.js';
import { jsonOf } from './parse-envelope.js';
import { Tracing, type TracingOptions } from './tracing.js';

interface ProfiledOptions extends SentryProfilerOptions {
  /** What chance gives. Default 0: what has a rate above 0 is profiled. */
  readonly random?: () => number;
  readonly tracing?: TracingOptions;
}

/** Tracing with a profiler, on a clock that is moved by hand: spans start and end by it as well. */
export class Profiled {
  readonly recorder = new FakeRecorder();
  readonly profiler: SentryProfiler;
  readonly tracing: Tracing;

  constructor({ random = () => 0, tracing, ...options }: ProfiledOptions = {}) {
    this.profiler = new SentryProfiler(options, { random, openRecorder: this.recorder.open });
    this.tracing = new Tracing({ ...tracing, profiler: this.profiler });
  }

  start(name: string, parent?: Span, options: SpanOptions = {}): Span {
    return this.tracing.start(name, parent, { startTime: this.#now(), ...options });
  }

  end(span: Span): void {
    span.end(this.#now());
  }

  /** A transaction that takes `millis`. */
  async transaction(name: string, millis: number): Promise<void> {
    const span = this.start(name);
    await this.tracing.pass(millis);
    this.end(span);
    await this.tracing.pass(1);
  }

  get profiles(): TransactionProfile[] {
    return this.#payloads('profile').map(payload => payload as TransactionProfile);
  }

  get chunks(): ProfileChunk[] {
    return this.#payloads('profile_chunk').map(payload => payload as ProfileChunk);
  }

  /** A number would be taken for a time since the start of the process. */
  #now(): Date {
    return new Date(this.tracing.clock.epochMillis());
  }

  #payloads(type: string): unknown[] {
    return this.tracing.mailbox.envelopes.flatMap(({ items }) =>
      items.filter(({ headers }) => headers['type'] === type).map(jsonOf),
    );
  }
}

/** Functions of each sample, the innermost first. */
export function stacksOf({ profile }: TransactionProfile | ProfileChunk): string[][] {
  return profile.samples.map(({ stack_id }) =>
    (profile.stacks[stack_id] ?? []).map(id => profile.frames[id]?.function ?? ''),
  );
}
