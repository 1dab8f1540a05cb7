import { createConversionSettings } from '../conversion-settings.js';
import { spanIdOf } from '../conversion/ids.js';
import type { ConversionSettings } from '../conversion/settings.js';
import { writeStreamedSpan } from '../conversion/streamed-span.js';
import { errorEnvelopes } from '../error-envelope.js';
import { ErrorReports } from '../errors/error-reports.js';
import { createEventIds } from '../event-id.js';
import type { SpanFilters } from '../filtering/span-filters.js';
import { applicationFolder } from '../node-contexts.js';
import { describeError, guard, log } from '../otel/diagnostics.js';
import { envelopeTrace, type DynamicSamplingContext } from '../protocol/dynamic-sampling-context.js';
import type { DropReason } from '../protocol/loss-counter.js';
import type { SpanJson } from '../protocol/transaction.js';
import { MAX_KEPT_SPANS, ShapeKeeper } from '../shape-keeper.js';
import type { Shared } from '../shared.js';
import { fitStreamedSpan } from '../sizing/fit-streamed-span.js';
import { forEachInSteps, type Steps } from '../steps.js';
import type { OutgoingEnvelope } from '../transport/outgoing-envelope.js';
import type { LeftOutSpans } from './left-out-spans.js';
import { SegmentErrors } from './segment-errors.js';
import { SegmentReader } from './segment-reader.js';
import type { SpanBatch, StreamedEntry } from './span-batch.js';
import { SpanConverter } from './span-converter.js';
import { spanEnvelopes } from './span-envelopes.js';
import { spansWeight } from './span-weight.js';
import type { StreamedSegment } from './streamed-segment.js';

interface Converted {
  readonly entry: StreamedEntry;
  readonly json: SpanJson;
}

/** Makes the envelopes of a batch. What cannot be converted, or is not to be sent, is counted; nothing is thrown. */
export class SpanEnvelopeBuilder {
  readonly #shared: Shared;
  readonly #settings: ConversionSettings;
  readonly #filters: SpanFilters;
  readonly #leftOut: LeftOutSpans;
  readonly #reader: SegmentReader;
  readonly #errors: SegmentErrors;
  readonly #publicKey: string;
  readonly #shapes = new ShapeKeeper();

  constructor(shared: Shared, publicKey: string, filters: SpanFilters, leftOut: LeftOutSpans) {
    const { config, recordedErrors } = shared;
    const { captureExceptions, sendDefaultPii } = config;
    this.#shared = shared;
    this.#publicKey = publicKey;
    this.#filters = filters;
    this.#leftOut = leftOut;
    this.#settings = createConversionSettings(config);
    this.#reader = new SegmentReader(this.#settings, captureExceptions !== false);
    const reporting = { captureExceptions, sendDefaultPii, modulePath: applicationFolder() };
    this.#errors = new SegmentErrors(
      new ErrorReports(reporting, recordedErrors, createEventIds()),
      sendDefaultPii,
    );
  }

  /** The spans of a batch that are to be sent, and an envelope for each error recorded on them. */
  *build(batch: SpanBatch): Steps<OutgoingEnvelope[]> {
    const converter = new SpanConverter(this.#settings, this.#reader, this.#leftOut, batch);
    // What roots say about the others is then known for good, and roots are read once.
    const rootsFirst = [...batch.entries].sort((a, b) => Number(b.isRoot) - Number(a.isRoot));
    const converted = yield* this.#convert(rootsFirst, converter);
    const [first] = converted;
    if (first === undefined) return [];
    const dsc = first.entry.segment.record.dsc(this.#shared.identify);
    const trace = envelopeTrace(dsc, first.json.trace_id, this.#publicKey);
    const errors = this.#errorEnvelopes(converted, converter, trace);
    const kept = this.#withHook(this.#withoutIgnored(converted));
    const texts = yield* this.#serialize(kept);
    if (this.#shapes.isDue() && texts.length === kept.length) this.#keepSome(kept, texts);
    return [...spanEnvelopes(texts, trace), ...errors];
  }

  /** A few say what all look like, of a long trace as well. */
  #keepSome(converted: readonly Converted[], texts: readonly string[]): void {
    const some = converted.slice(0, MAX_KEPT_SPANS);
    const written = texts.slice(0, MAX_KEPT_SPANS).reduce((chars, text) => chars + text.length, 0);
    this.#shapes.keep(some, written + spansWeight(some.map(({ entry }) => entry.span)));
  }

  *#convert(entries: readonly StreamedEntry[], converter: SpanConverter): Steps<Converted[]> {
    const converted: Converted[] = [];
    const spanIds = new Set<string>();
    yield* forEachInSteps(entries, entry => {
      try {
        const json = converter.convert(entry);
        if (spanIds.has(json.span_id)) throw new TypeError('span id occurs twice in the batch');
        spanIds.add(json.span_id);
        converted.push({ entry, json });
      } catch (error) {
        log.error(`a span could not be converted: ${describeError(error)}`);
        this.#lose('internal_sdk_error');
      }
    });
    return converted;
  }

  /** A root takes along what has not left yet. */
  #withoutIgnored(converted: readonly Converted[]): Converted[] {
    for (const { entry, json } of converted) {
      const isIgnored = guard('matching a span', false, () => this.#filters.ignores(json));
      if (!isIgnored) continue;
      if (entry.isRoot) entry.segment.isIgnored = true;
      else this.#leftOut.add(entry.span);
    }
    const kept = converted.filter(
      ({ entry: { segment, span } }) => !segment.isIgnored && !this.#leftOut.has(span.spanContext()),
    );
    this.#lose('ignored', converted.length - kept.length);
    return kept;
  }

  #withHook(converted: readonly Converted[]): Converted[] {
    const kept: Converted[] = [];
    for (const { entry, json } of converted) {
      const changed = this.#filters.applyHook(json);
      if (changed === undefined) {
        this.#leftOut.add(entry.span);
        this.#lose('before_send');
      } else kept.push({ entry, json: changed });
    }
    return kept;
  }

  *#serialize(converted: readonly Converted[]): Steps<string[]> {
    const texts: string[] = [];
    yield* forEachInSteps(converted, ({ entry, json }) => {
      this.#moveUp(entry, json);
      // Only what a hook put into the span can be beyond JSON.
      const text = guard('serialising a span', undefined, () => fitStreamedSpan(writeStreamedSpan(json)));
      if (text === undefined) this.#lose('callback_error');
      else texts.push(text);
    });
    return texts;
  }

  /** Below what was left out since the span was converted. */
  #moveUp({ span }: StreamedEntry, json: SpanJson): void {
    const parent = this.#leftOut.parentOf(span);
    if (parent === span.parentSpanContext) return;
    const parentId = spanIdOf(parent?.spanId);
    if (parentId === undefined) delete json.parent_span_id;
    else json.parent_span_id = parentId;
  }

  /** Ignoring a span does not make its errors go away. */
  #errorEnvelopes(
    converted: readonly Converted[],
    converter: SpanConverter,
    trace: DynamicSamplingContext,
  ): OutgoingEnvelope[] {
    if (this.#shared.config.captureExceptions === false) return [];
    // Spans end after what is below them: the innermost comes first.
    const inOrder = [...converted].sort((a, b) => Number(a.entry.isRoot) - Number(b.entry.isRoot));
    const errors = [...bySegment(inOrder)].flatMap(([segment, entries]) =>
      guard('reporting exceptions', [], () => {
        const event = converter.factsOf(segment)?.event ?? this.#reader.standIn(entries);
        return event === undefined ? [] : this.#errors.of(entries, segment, event);
      }),
    );
    return errorEnvelopes(errors, trace, this.#shared.losses);
  }

  #lose(reason: DropReason, spans = 1): void {
    this.#shared.losses.add(reason, 'span', spans);
  }
}

function bySegment(converted: readonly Converted[]): ReadonlyMap<StreamedSegment, StreamedEntry[]> {
  const groups = new Map<StreamedSegment, StreamedEntry[]>();
  for (const { entry } of converted) {
    const group = groups.get(entry.segment);
    if (group === undefined) groups.set(entry.segment, [entry]);
    else group.push(entry);
  }
  return groups;
}
