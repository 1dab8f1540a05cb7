import { ROOT_CONTEXT } from '@opentelemetry/api';
import { Assembly } from './assembly/assembly.js';
import { TraceCollector, type CollectorRules } from './assembly/trace-collector.js';
import { guard } from './otel/diagnostics.js';
import type { ExportResult, ReadableSpan } from './otel/types.js';
import { unobservedClock } from './otel/unobserved-clock.js';
import type { SentryBridgeOptions } from './options.js';
import { Pipeline } from './pipeline.js';
import { SegmentAdmission } from './segment-admission.js';
import { createShared, type Shared } from './shared.js';
import { ReceivedSpans } from './streaming/received-spans.js';

const SUCCESS = 0;
const FAILED = 1;

/**
 * Turns finished spans into Sentry transactions and delivers them: an OpenTelemetry `SpanExporter` for
 * `BatchSpanProcessor`, `SimpleSpanProcessor` and NodeSDK's `traceExporter`.
 *
 * Takes batches in any split and order and as many at a time as come. Prefer `SentrySpanProcessor` where you can: an
 * exporter cannot know that a span of an ended request is still open, and a BatchSpanProcessor never forwards
 * `forceFlush()` to it. The callback comes when what the call completed was delivered or given up; it
 * tells of a failure when anything sent meanwhile was not delivered.
 *
 * @example new BatchSpanProcessor(new SentrySpanExporter({ dsn, tracesSampleRate: 0.2 }))
 */
export class SentrySpanExporter {
  readonly #shared: Shared;
  readonly #pipeline: Pipeline;
  readonly #collector: TraceCollector | ReceivedSpans;
  readonly #admission: SegmentAdmission;

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
    const admission = new SegmentAdmission(shared);
    const rules: CollectorRules = {
      admit: root => admission.admit(root, ROOT_CONTEXT),
      isOwnTraffic: span => admission.isOwnTraffic(span),
      maxBufferedSpans: config.maxBufferedSpans,
    };
    const assembly = () =>
      new Assembly(config, unobservedClock(clock), losses, (tree, record) => pipeline.accept(tree, record));
    const { lateSpanGraceMillis } = config;
    const stream = pipeline.openStream();
    this.#shared = shared;
    this.#pipeline = pipeline;
    this.#admission = admission;
    this.#collector =
      stream === undefined
        ? new TraceCollector(assembly(), losses, rules)
        : new ReceivedSpans({ stream, clock: unobservedClock(clock), losses, rules, lateSpanGraceMillis });
    pipeline.addSource(this.#collector);
  }

  /**
   * Takes finished spans. The callback is called once, when all there was to send for them is settled: with a failure
   * if something could not be delivered, or after `shutdown()`.
   */
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    const answer = (result: ExportResult) =>
      guard('the callback of an export', undefined, () => resultCallback(result));
    if (this.#pipeline.isClosed) {
      this.#shared.losses.add('buffer_overflow', 'span', spans.length);
      answer({ code: FAILED, error: new Error('otel-sentry-bridge: the exporter is shut down') });
      return;
    }
    this.#pipeline.collecting();
    const { undelivered } = this.#pipeline;
    if (this.#pipeline.isSending) this.#collect(spans);
    void this.#answerWhenSettled(answer, undelivered);
  }

  /** Sends every tree whose root has arrived and waits for Sentry's answers. Rejects after `shutdownTimeoutMillis`. */
  async forceFlush(): Promise<void> {
    await this.#pipeline.forceFlush();
  }

  /** Sends everything that has arrived, then takes no more. Rejects after `shutdownTimeoutMillis`. */
  async shutdown(): Promise<void> {
    await this.#pipeline.shutdown();
  }

  #collect(spans: readonly ReadableSpan[]): void {
    const collector = this.#collector;
    if (collector instanceof ReceivedSpans)
      guard('looking at finished spans', undefined, () => collector.hide(spans));
    for (const span of spans) this.#add(span);
    if (collector instanceof ReceivedSpans)
      guard('sending finished spans', undefined, () => collector.hurry());
  }

  #add(span: ReadableSpan): void {
    const isTaken = guard('taking a finished span', false, () => {
      if (this.#admission.isSampled(span)) this.#collector.add(span);
      return true;
    });
    if (!isTaken) this.#shared.losses.add('internal_sdk_error', 'span');
  }

  async #answerWhenSettled(answer: (result: ExportResult) => void, undeliveredBefore: number): Promise<void> {
    await this.#collector.released();
    await this.#pipeline.settled();
    const isDelivered = this.#pipeline.undelivered === undeliveredBefore;
    answer(
      isDelivered
        ? { code: SUCCESS }
        : { code: FAILED, error: new Error('otel-sentry-bridge: not delivered to Sentry') },
    );
  }
}
