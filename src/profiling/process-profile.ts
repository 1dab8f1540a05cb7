import { guard } from '../otel/diagnostics.js';
import { toSeconds } from '../otel/time.js';
import type { ReadableSpan, Resource, WritableSpan } from '../otel/types.js';
import type { ProfileObserver } from '../profile-source.js';
import type { EnvelopeItem } from '../protocol/envelope.js';
import { toJson } from '../protocol/json.js';
import { MAX_PROFILE_ITEM_BYTES, MIN_PROFILED_MILLIS } from '../protocol/limits.js';
import type { DropReason } from '../protocol/loss-counter.js';
import type { TransactionEvent } from '../protocol/transaction.js';
import { SDK } from '../sdk-info.js';
import { toProfileChunk } from './profile-chunk.js';
import { markThread, type ProfilingTools } from './profiling-tools.js';
import type { Recording } from './recorder.js';
import { RecordedWindows } from './recorded-windows.js';
import { toSampledProfile } from './sampled-profile.js';

/** Roots that may be open at once; older ones are taken for roots that never end. */
const MAX_OPEN_ROOTS = 10_000;

const PROFILER_ID_ATTRIBUTE = 'sentry.profiler_id';

interface Chunk {
  readonly recording: Recording;
  readonly fromMicros: number;
  readonly cancelTimer: () => void;
}

export interface ProcessProfileOptions {
  readonly lifecycle: 'manual' | 'trace';
  readonly chunkMillis: number;
}

/** One profile of the process, sent in chunks; transactions point into it. */
export class ProcessProfile implements ProfileObserver {
  readonly #tools: ProfilingTools;
  readonly #options: ProcessProfileOptions;
  readonly #profilerId: string;
  readonly #windows = new RecordedWindows();
  readonly #openRoots = new Set<object>();
  #chunk: Chunk | undefined;
  #resource: Resource | undefined;
  #isClosed = false;

  constructor(tools: ProfilingTools, options: ProcessProfileOptions) {
    this.#tools = tools;
    this.#options = options;
    this.#profilerId = tools.newId();
  }

  /** Records from now on. */
  start(): void {
    if (this.#isClosed || this.#windows.isOpen) return;
    this.#tools.host.recording();
    this.#chunk ??= this.#begin();
    this.#windows.open(this.#tools.recorder.nowMicros());
  }

  /** Sends what has been recorded. */
  stop(): void {
    this.#windows.close(this.#tools.recorder.nowMicros());
    this.#endChunk();
  }

  rootStarted(root: WritableSpan, segment: object): void {
    this.#resource = root.resource;
    markThread(root, this.#tools.labels.rootStarted(root, segment));
    if (this.#options.lifecycle === 'trace') this.#noteOpen(segment);
    // For those who send their spans by other ways; whether the transaction is linked turns out at its end.
    if (this.#windows.isOpen) root.setAttribute(PROFILER_ID_ATTRIBUTE, this.#profilerId);
  }

  childStarted(span: WritableSpan, segment: object): void {
    markThread(span, this.#tools.labels.childStarted(span, segment));
  }

  rootEnded(root: ReadableSpan, segment: object): void {
    this.#tools.labels.rootEnded(root, segment);
    if (!this.#openRoots.delete(segment) || this.#openRoots.size > 0) return;
    // The chunk goes on: the next root may start soon, and what lies between is not sent.
    this.#windows.close(this.#tools.recorder.nowMicros());
  }

  complete(event: TransactionEvent, root: ReadableSpan): EnvelopeItem[] {
    const { data } = event.contexts.trace;
    if (!this.#isRecorded(root)) {
      // What the attribute says is made a context of the event as well.
      if (data[PROFILER_ID_ATTRIBUTE] === this.#profilerId) delete event.contexts['profile'];
      delete data[PROFILER_ID_ATTRIBUTE];
      return [];
    }
    event.contexts['profile'] = { profiler_id: this.#profilerId };
    data[PROFILER_ID_ATTRIBUTE] = this.#profilerId;
    for (const span of event.spans) span.data['profiler_id'] = this.#profilerId;
    return [];
  }

  dropped(): void {}

  flush(): void {
    const isOpen = this.#windows.isOpen;
    this.#endChunk();
    if (isOpen) this.#chunk = this.#begin();
  }

  close(): void {
    this.#isClosed = true;
    this.stop();
    this.#tools.recorder.close();
  }

  #noteOpen(segment: object): void {
    this.#openRoots.add(segment);
    if (this.#openRoots.size > MAX_OPEN_ROOTS) {
      const [oldest = segment] = this.#openRoots;
      this.#openRoots.delete(oldest);
    }
    this.start();
  }

  #begin(): Chunk {
    const { recorder, labels, meter, host } = this.#tools;
    const recording = recorder.start();
    labels.begin();
    meter.begin();
    return {
      recording,
      fromMicros: recorder.nowMicros(),
      cancelTimer: host.clock.setTimer(
        () => guard('profiling', undefined, () => this.flush()),
        this.#options.chunkMillis,
      ),
    };
  }

  #endChunk(): void {
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    const { labels, meter } = this.#tools;
    this.#chunk = undefined;
    chunk.cancelTimer();
    labels.end();
    meter.end();
    const payload = guard('making a profile', undefined, () => this.#toPayload(chunk));
    if (payload === undefined) this.#lose('internal_sdk_error');
    else if (Buffer.byteLength(payload) > MAX_PROFILE_ITEM_BYTES) this.#lose('buffer_overflow');
    else if (payload !== '') this.#send(payload);
  }

  /** Empty when there is too little in it. */
  #toPayload({ recording, fromMicros }: Chunk): string {
    const { labels, maxDepth, thread, host, recorder } = this.#tools;
    const profile = recording.stop();
    if (profile === undefined) return '';
    const toMicros = recorder.nowMicros();
    const isWanted = this.#windows.createCheck();
    const sampled = toSampledProfile(profile, {
      maxDepth,
      isWanted: micros => micros >= fromMicros && isWanted(micros),
      threadAt: micros => labels.threadAt(micros),
      idleThread: String(thread.id),
    });
    if (sampled.samples.length === 0) {
      if (sampled.busySamples > 0) this.#lose('insufficient_data');
      return '';
    }
    const epochMillis = host.clock.epochMillis();
    const facts = {
      profilerId: this.#profilerId,
      resource: this.#resource,
      fromMicros,
      toMicros,
      epochSecondsOf: (micros: number) => (epochMillis - (toMicros - micros) / 1000) / 1000,
    };
    return toJson(toProfileChunk(sampled, facts, this.#tools));
  }

  #send(payload: string): void {
    this.#tools.host.send({
      envelope: {
        headers: { sdk: SDK },
        items: [{ headers: { type: 'profile_chunk', platform: 'node' }, payload }],
      },
      category: 'profile_chunk',
      quantities: [{ category: 'profile_chunk', quantity: 1 }],
    });
  }

  #isRecorded({ startTime, endTime }: ReadableSpan): boolean {
    const { recorder, host } = this.#tools;
    const start = toSeconds(startTime);
    const end = toSeconds(endTime);
    if ((end - start) * 1000 < MIN_PROFILED_MILLIS) return false;
    const now = recorder.nowMicros();
    const microsOf = (seconds: number) => now - (host.clock.epochMillis() - seconds * 1000) * 1000;
    return this.#windows.overlaps(microsOf(start), microsOf(end));
  }

  #lose(reason: DropReason): void {
    this.#tools.host.losses.add(reason, 'profile_chunk');
  }
}
