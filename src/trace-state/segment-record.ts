import { formatSentryBaggage } from '../protocol/baggage.js';
import {
  headDsc,
  withSampleRate,
  type DynamicSamplingContext,
} from '../protocol/dynamic-sampling-context.js';
import type { DropReason } from '../protocol/loss-counter.js';
import { formatSampleRand, sampleRandOf } from '../sampling/sample-rand.js';
import type { ReadableSpan } from '../otel/types.js';
import type { IncomingTrace } from './incoming-trace.js';
import type { OutgoingTrace } from './outgoing-trace.js';

/** What only the owner of the options knows about a head of trace. */
export interface HeadIdentity {
  readonly publicKey: string | undefined;
  readonly orgId: string | undefined;
  readonly environment: string;
  readonly release: string | undefined;
  /** The root's name if it is fit to be sent to other hosts. */
  readonly transaction: string | undefined;
}

/** Anything that has a name and attributes: a live span, or what the sampler was told. */
export type NamedSpan = Pick<ReadableSpan, 'name' | 'kind' | 'attributes'> &
  Partial<Pick<ReadableSpan, 'resource'>>;

/**
 * The sampling decision of a segment (a local root and its local descendants) and the dynamic sampling context that
 * travels with it. One per segment, shared by all its spans.
 */
export class SegmentRecord {
  readonly traceId: string;
  /** `undefined`: left to somebody else, nothing is recorded here. */
  readonly sampled: boolean | undefined;
  /** The rate applied here; absent when the decision was taken over. */
  readonly sampleRate: number | undefined;
  /** Why its spans count as lost; absent when they are kept, or were never meant to be. */
  readonly lossReason: DropReason | undefined;
  readonly #incoming: IncomingTrace | undefined;
  /** The root, for its name; absent when the context of this trace does not mention one. */
  #root: NamedSpan | undefined;
  /** Weak: descendants and timers may outlive the root, and hold this record. Whoever is to end it keeps it. */
  #openRoot: WeakRef<ReadableSpan> | undefined;
  /** Absent as long as no child of the root has started, unless the root itself was seen. */
  #rootId: string | undefined;
  #dsc: DynamicSamplingContext | undefined;
  #outgoing: OutgoingTrace | undefined;

  constructor(init: {
    traceId: string;
    sampled: boolean | undefined;
    sampleRate?: number | undefined;
    lossReason?: DropReason | undefined;
    incoming?: IncomingTrace | undefined;
    root?: NamedSpan | undefined;
  }) {
    this.traceId = init.traceId;
    this.sampled = init.sampled;
    this.sampleRate = init.sampleRate;
    this.lossReason = init.lossReason;
    this.#incoming = init.incoming;
    this.#root = init.root;
  }

  /** Replaces what was known at the start by the span itself, so that a name found later still counts. */
  attachRoot(root: ReadableSpan): void {
    if (this.#root !== undefined) this.#root = root;
    this.noteRoot(root);
  }

  /** Lets go of a root that has ended without being sent: the record lives on with what is still open below it. */
  forgetRoot(): void {
    this.#root = undefined;
  }

  /** Makes the root known to its descendants while it is open. */
  noteRoot(root: ReadableSpan): void {
    if (!root.ended) this.#openRoot ??= new WeakRef(root);
  }

  /** The first to start below a segment's root can only be a child of it: samplers see nothing but parents. */
  noteFirstParent(spanId: string): void {
    this.#rootId ??= spanId;
  }

  get rootId(): string | undefined {
    return this.#rootId;
  }

  /** The root itself until it ends, for what is found out about the segment further down. */
  get openRoot(): ReadableSpan | undefined {
    const root = this.#openRoot?.deref();
    return root?.ended === false ? root : undefined;
  }

  /** Frozen by its first use, so that every request and envelope of the segment carries the same. */
  dsc(identify: (root: NamedSpan | undefined) => HeadIdentity): DynamicSamplingContext {
    if (this.#dsc === undefined) {
      this.#dsc = this.#incoming
        ? withSampleRate(this.#incoming.dsc, this.sampleRate)
        : this.#headDsc(identify(this.#root));
      this.#root = undefined;
    }
    return this.#dsc;
  }

  #headDsc({ publicKey, orgId, environment, release, transaction }: HeadIdentity): DynamicSamplingContext {
    return headDsc({
      traceId: this.traceId,
      publicKey,
      orgId,
      environment,
      release,
      transaction,
      sampled: this.sampled,
      sampleRand: formatSampleRand(sampleRandOf(this.traceId)),
      sampleRate: this.sampleRate,
    });
  }

  /** What all requests of the segment say about their trace, worked out for the first. */
  outgoing(identify: (root: NamedSpan | undefined) => HeadIdentity): OutgoingTrace {
    if (this.#outgoing === undefined) {
      const dsc = this.dsc(identify);
      this.#outgoing = { sampled: this.sampled, dsc, baggage: formatSentryBaggage(dsc) };
    }
    return this.#outgoing;
  }
}
