import { SpanKind, type Context, type SpanContext } from '@opentelemetry/api';
import type { Activity } from './activity.js';
import { Assembly } from './assembly/assembly.js';
import type { SpanNode } from './assembly/segment.js';
import { SpanRegistry } from './assembly/span-registry.js';
import { log, reportFailure } from './otel/diagnostics.js';
import { localParent } from './otel/local-parent.js';
import type { ReadableSpan, WritableSpan } from './otel/types.js';
import { unobservedClock } from './otel/unobserved-clock.js';
import type { SentryBridgeOptions } from './options.js';
import { Pipeline } from './pipeline.js';
import { SegmentAdmission } from './segment-admission.js';
import { createShared, type Shared } from './shared.js';
import type { SpanStream } from './streaming/span-stream.js';

/**
 * Turns finished span trees into Sentry transactions and delivers them: an OpenTelemetry `SpanProcessor`, and the
 * preferred intake, as it sees spans start and so knows what a finished root still has to wait for.
 *
 * With `SentrySampler` it follows that sampler's decisions; with any other it takes Sentry's decision itself at every
 * local root, so that other exporters may get more than Sentry does. Never throws, never blocks.
 *
 * @example new NodeTracerProvider({ spanProcessors: [new SentrySpanProcessor({ dsn, tracesSampleRate: 0.2 })] })
 */
export class SentrySpanProcessor {
  readonly #shared: Shared;
  readonly #pipeline: Pipeline;
  readonly #assembly: Assembly;
  /** Instead of the assembly where spans do not wait for their roots. */
  readonly #stream: SpanStream | undefined;
  readonly #registry = new SpanRegistry();
  readonly #admission: SegmentAdmission;
  readonly #activity: Activity;
  readonly #now: () => number;
  #hasRefusedSpan = false;

  /** @throws TypeError for an unusable option */
  constructor(options?: SentryBridgeOptions);
  /** @internal */
  constructor(options: SentryBridgeOptions | undefined, shared: Shared, pipeline?: Pipeline);
  constructor(
    options?: SentryBridgeOptions,
    shared: Shared = createShared(options),
    pipeline: Pipeline = new Pipeline(shared),
  ) {
    const { config, clock, losses } = shared;
    this.#shared = shared;
    this.#activity = shared.activity;
    this.#now = () => clock.monotonicMillis();
    this.#pipeline = pipeline;
    this.#admission = new SegmentAdmission(shared);
    this.#assembly = new Assembly(config, unobservedClock(clock), losses, (tree, record) =>
      pipeline.accept(tree, record),
    );
    this.#stream = pipeline.openStream();
    pipeline.addSource(this.#stream ?? this.#assembly);
  }

  /** Takes note of a span. Called by the SDK. */
  onStart(span: WritableSpan, parentContext: Context): void {
    try {
      this.#started(span, parentContext);
    } catch (error) {
      reportFailure('noticing the start of a span', error);
    }
  }

  /** Takes a finished span; what is sent is made later, outside of the call. Called by the SDK. */
  onEnd(span: ReadableSpan): void {
    try {
      this.#ended(span);
    } catch (error) {
      reportFailure('taking a finished span', error);
    }
  }

  /**
   * Sends every tree whose root has ended and waits for Sentry's answers, at most `shutdownTimeoutMillis`.
   * Rejects when that was not enough. Open trees stay.
   */
  async forceFlush(): Promise<void> {
    await this.#pipeline.forceFlush();
  }

  /** Sends everything that has ended, then takes no more spans. Rejects when `shutdownTimeoutMillis` was not enough. */
  async shutdown(): Promise<void> {
    await this.#pipeline.shutdown();
  }

  #started(span: WritableSpan, parentContext: Context): void {
    if (!this.#pipeline.isSending || !this.#admission.isSampled(span)) return;
    if (this.#shared.config.captureExceptions !== false) this.#shared.recordedErrors.watch(span);
    const spanContext = span.spanContext();
    const parent = this.#registry.find(localParent(span));
    if (parent !== undefined) return this.#startChild(span, spanContext, parent);
    this.#pipeline.collecting();
    const { record, exclusion } = this.#admission.admit(span, parentContext);
    const segment = this.#registry.startSegment(spanContext, record, exclusion);
    if (exclusion !== undefined) return;
    this.#noteRoot(span, segment.root);
    this.#stream?.rootStarted(segment, record, span);
    if (!this.#pipeline.isClosed) this.#pipeline.profiler?.rootStarted(span, record);
  }

  #startChild(span: WritableSpan, spanContext: SpanContext, parent: SpanNode): void {
    const { record, exclusion } = parent.segment;
    if (record.lossReason !== undefined) this.#shared.losses.add(record.lossReason, 'span');
    if (exclusion === undefined && this.#admission.isOwnTraffic(span)) {
      this.#registry.startSegment(spanContext, record, 'ignored');
      return;
    }
    const node = this.#registry.startChild(spanContext, parent);
    if (exclusion !== undefined) return;
    this.#activity.childrenStarted++;
    this.#activity.started(node, span.name, this.#now);
    this.#stream?.childStarted(span);
    this.#pipeline.profiler?.childStarted(span, record);
  }

  #ended(span: ReadableSpan): void {
    const node = this.#registry.find(span.spanContext());
    if (node === undefined || node.state !== 'open') return;
    if (node.segment.exclusion !== undefined) return this.#forget(node);
    this.#activity.ended(node);
    if (node === node.segment.root) this.#pipeline.profiler?.rootEnded(span, node.segment.record);
    if (this.#pipeline.isClosed) this.#refuse();
    else if (this.#stream !== undefined) this.#depart(node, span, this.#stream);
    else this.#assembly.ended(node, span);
  }

  #noteRoot({ kind, name }: ReadableSpan, node: SpanNode): void {
    const activity = this.#activity;
    activity.rootsStarted++;
    if (kind === SpanKind.SERVER) activity.requestRoots++;
    activity.started(node, name, this.#now);
  }

  #depart(node: SpanNode, span: ReadableSpan, stream: SpanStream): void {
    const { segment } = node;
    segment.openSpans--;
    node.state = 'gone';
    const isComplete = segment.openSpans === 0;
    stream.ended(segment, segment.record, span, { isRoot: node === segment.root, isComplete });
  }

  #forget(node: SpanNode): void {
    if (node === node.segment.root) node.segment.record.forgetRoot();
  }

  #refuse(): void {
    this.#shared.losses.add('buffer_overflow', 'span');
    if (!this.#hasRefusedSpan) log.warn('a span ended after shutdown: it is not sent, nor are those to come');
    this.#hasRefusedSpan = true;
  }
}
