import { guard } from '../otel/diagnostics.js';
import type { ReadableSpan, WritableSpan } from '../otel/types.js';
import type { ProfileObserver } from '../profile-source.js';
import type { EnvelopeItem } from '../protocol/envelope.js';
import { toJson } from '../protocol/json.js';
import { MAX_PROFILE_ITEM_BYTES, MAX_PROFILE_MILLIS } from '../protocol/limits.js';
import type { DropReason } from '../protocol/loss-counter.js';
import type { TransactionEvent } from '../protocol/transaction.js';
import { markThread, type ProfilingTools } from './profiling-tools.js';
import type { Recording } from './recorder.js';
import { toSampledProfile } from './sampled-profile.js';
import { toTransactionProfile } from './transaction-profile.js';
import type { V8Profile } from './v8-profile.js';

/** V8 records at most 100 at once, and each costs something with every sample. */
const MAX_PROFILES = 50;

/** The profile of a transaction, from the start of its root until it is sent. */
interface HeldProfile {
  readonly rootId: string;
  readonly threadId: string;
  readonly fromMicros: number;
  readonly fromEpochMillis: number;
  /** When the root ended. */
  toMicros: number;
  /** Undefined once it is stopped. */
  recording: Recording | undefined;
  profile: V8Profile | undefined;
  readonly cancelTimer: () => void;
}

/** Profiles of single transactions: each is recorded from the start of its root and travels with it. */
export class TransactionProfiles implements ProfileObserver {
  readonly #tools: ProfilingTools;
  readonly #isDrawn: (root: ReadableSpan) => boolean;
  readonly #held = new Map<object, HeldProfile>();
  #isClosed = false;

  constructor(tools: ProfilingTools, isDrawn: (root: ReadableSpan) => boolean) {
    this.#tools = tools;
    this.#isDrawn = isDrawn;
  }

  rootStarted(root: WritableSpan, segment: object): void {
    const { labels } = this.#tools;
    const thread = labels.rootStarted(root, segment);
    const isDrawn = this.#isClosed || this.#isDrawn(root);
    markThread(root, thread);
    if (this.#isClosed) return;
    if (!isDrawn) this.#lose('sample_rate');
    else if (!this.#hasRoom()) this.#lose('buffer_overflow');
    else this.#begin(root.spanContext().spanId, segment, String(thread.id));
  }

  childStarted(span: WritableSpan, segment: object): void {
    markThread(span, this.#tools.labels.childStarted(span, segment));
  }

  rootEnded(root: ReadableSpan, segment: object): void {
    const { labels, recorder } = this.#tools;
    labels.rootEnded(root, segment);
    const held = this.#held.get(segment);
    // It goes on until the transaction is sent: ending it takes milliseconds, which the application need not wait for.
    if (held !== undefined) held.toMicros = Math.min(held.toMicros, recorder.nowMicros());
  }

  complete(event: TransactionEvent, root: ReadableSpan, segment: object): EnvelopeItem[] {
    const held = this.#take(root, segment);
    if (held === undefined) return [];
    if (this.#tools.host.isLimited('profile')) return this.#lose('ratelimit_backoff');
    const payload = guard('making a profile', undefined, () => this.#toPayload(held, event));
    if (payload === undefined) return this.#lose('internal_sdk_error');
    if (payload === '') return this.#lose('insufficient_data');
    if (Buffer.byteLength(payload) > MAX_PROFILE_ITEM_BYTES) return this.#lose('buffer_overflow');
    return [{ headers: { type: 'profile' }, payload }];
  }

  dropped(root: ReadableSpan, segment: object, reason: DropReason): void {
    if (this.#take(root, segment) !== undefined) this.#lose(reason);
  }

  flush(): void {}

  close(): void {
    this.#isClosed = true;
    for (const held of this.#held.values()) this.#stop(held);
    this.#tools.recorder.close();
  }

  #begin(rootId: string, segment: object, threadId: string): void {
    const { recorder, labels, meter, host } = this.#tools;
    const recording = recorder.start();
    labels.begin();
    meter.begin();
    // After the start, so that it is not in the profile itself.
    const fromMicros = recorder.nowMicros();
    const held: HeldProfile = {
      rootId,
      threadId,
      fromMicros,
      fromEpochMillis: host.clock.epochMillis(),
      toMicros: fromMicros + MAX_PROFILE_MILLIS * 1000,
      recording,
      profile: undefined,
      cancelTimer: host.clock.setTimer(
        () => guard('profiling', undefined, () => this.#stop(held)),
        MAX_PROFILE_MILLIS,
      ),
    };
    this.#held.set(segment, held);
  }

  #stop(held: HeldProfile): void {
    const { recording } = held;
    if (recording === undefined) return;
    held.cancelTimer();
    held.recording = undefined;
    this.#tools.labels.end();
    this.#tools.meter.end();
    held.profile = recording.stop();
  }

  #take(root: ReadableSpan, segment: object): HeldProfile | undefined {
    const held = this.#held.get(segment);
    // What ended below an open root is sent as a transaction of its own.
    if (held === undefined || held.rootId !== root.spanContext().spanId) return undefined;
    this.#held.delete(segment);
    guard('profiling', undefined, () => this.#stop(held));
    return held;
  }

  /** Roots that have been open for longer than a profile may last may never end: theirs make room. */
  #hasRoom(): boolean {
    if (this.#held.size < MAX_PROFILES) return true;
    for (const [segment, { recording }] of this.#held) {
      if (recording !== undefined) continue;
      this.#held.delete(segment);
      this.#lose('buffer_overflow');
      return true;
    }
    return false;
  }

  /** Empty when there is too little in it. */
  #toPayload(held: HeldProfile, event: TransactionEvent): string {
    const { profile, fromMicros, toMicros } = held;
    const { labels, maxDepth, thread } = this.#tools;
    if (profile === undefined) return '';
    const sampled = toSampledProfile(profile, {
      maxDepth,
      isWanted: micros => micros >= fromMicros && micros <= toMicros,
      threadAt: micros => labels.threadAt(micros),
      idleThread: String(thread.id),
    });
    return sampled.samples.length === 0
      ? ''
      : toJson(toTransactionProfile(sampled, held, event, this.#tools));
  }

  #lose(reason: DropReason): [] {
    this.#tools.host.losses.add(reason, 'profile');
    return [];
  }
}
