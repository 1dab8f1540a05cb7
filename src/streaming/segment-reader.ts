import { addAllAbsent } from '../conversion/add-absent.js';
import { addSegmentAttributes, inheritedAttributes } from '../conversion/segment-attributes.js';
import type { ConversionSettings } from '../conversion/settings.js';
import { streamedName } from '../conversion/span-name.js';
import { applyNameHook } from '../conversion/transaction-name.js';
import { toTransaction } from '../conversion/transaction.js';
import type { ReadableSpan } from '../otel/types.js';
import type { SpanJson, TransactionEvent } from '../protocol/transaction.js';
import { ShapeKeeper } from '../shape-keeper.js';
import type { StreamedEntry } from './span-batch.js';
import { spansWeight } from './span-weight.js';
import type { SegmentFacts, StreamedSegment } from './streamed-segment.js';

/** Reads the roots of segments: as spans of their own, and for what they say about the spans below them. */
export class SegmentReader {
  readonly #settings: ConversionSettings;
  /** Names are found here, and only then is the application asked. */
  readonly #unnamed: ConversionSettings;
  readonly #keepsEvents: boolean;
  readonly #shapes = new ShapeKeeper();

  /** @param keepsEvents whether there will be errors that share the facts of a root after it has left */
  constructor(settings: ConversionSettings, keepsEvents: boolean) {
    this.#settings = settings;
    this.#unnamed = { ...settings, transactionName: undefined };
    this.#keepsEvents = keepsEvents;
  }

  /** A finished root. Throws when it cannot be converted. */
  rootSpan(root: ReadableSpan, segment: StreamedSegment): SpanJson {
    const event = this.#read(root, segment);
    if (event === undefined) throw new TypeError('the root cannot be converted');
    segment.facts = this.#factsOf(event);
    segment.root = undefined;
    const { trace } = event.contexts;
    const data = { ...trace.data };
    data['sentry.span.source'] ??= event.transaction_info.source;
    addSegmentAttributes(data, event);
    addAllAbsent(data, segment.facts.inherited);
    const json: SpanJson = {
      trace_id: trace.trace_id,
      span_id: trace.span_id,
      description: event.description,
      name: event.transaction,
      is_segment: true,
      status: trace.status,
      origin: trace.origin,
      start_timestamp: event.start_timestamp,
      timestamp: event.timestamp,
      data,
    };
    if (trace.op !== undefined) json.op = trace.op;
    if (trace.links !== undefined) json.links = trace.links;
    if (event.measurements !== undefined) json.measurements = event.measurements;
    if (this.#shapes.isDue()) this.#shapes.keep(event, spansWeight([root]));
    return json;
  }

  /** What is known by now; `undefined` when the root was never seen. */
  factsOf(segment: StreamedSegment): SegmentFacts | undefined {
    if (segment.facts !== undefined) return segment.facts;
    const root = segment.root ?? segment.record.openRoot;
    const event = root && this.#read(root, segment);
    return event && this.#factsOf(event);
  }

  /** For the errors of spans whose root has not been seen: what the first that recorded one says itself. */
  standIn(entries: readonly StreamedEntry[]): TransactionEvent | undefined {
    const entry = entries.find(({ span }) => span.events.length > 0);
    return entry && this.#read(entry.span, entry.segment);
  }

  #read(
    root: ReadableSpan,
    { record }: StreamedSegment,
  ): (TransactionEvent & { description: string }) | undefined {
    const event = toTransaction(
      { root, descendants: [], isLate: false },
      { eventId: '', settings: this.#unnamed, sampleRate: record.sampleRate },
      () => undefined,
    );
    if (event === undefined) return undefined;
    const description = event.transaction;
    const name = streamedName(root, description);
    event.transaction = name;
    applyNameHook(event, root, this.#settings);
    return Object.assign(event, {
      description: event.transaction === name ? description : event.transaction,
    });
  }

  #factsOf(event: TransactionEvent): SegmentFacts {
    return {
      name: event.transaction,
      inherited: inheritedAttributes(event),
      event: this.#keepsEvents ? event : undefined,
    };
  }
}
