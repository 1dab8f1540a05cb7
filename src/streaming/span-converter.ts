import { addAllAbsent } from '../conversion/add-absent.js';
import { validDist } from '../conversion/dist.js';
import { spanIdOf, traceIdOf } from '../conversion/ids.js';
import { resourceFacts } from '../conversion/resource-facts.js';
import type { ConversionSettings } from '../conversion/settings.js';
import { streamedName } from '../conversion/span-name.js';
import { toSpanJson } from '../conversion/span.js';
import { spanTiming } from '../conversion/timing.js';
import type { ReadableSpan, Resource } from '../otel/types.js';
import type { JsonObject, SpanJson } from '../protocol/transaction.js';
import type { LeftOutSpans } from './left-out-spans.js';
import type { SegmentReader } from './segment-reader.js';
import type { SpanBatch, StreamedEntry } from './span-batch.js';
import type { SegmentFacts, StreamedSegment } from './streamed-segment.js';

/** https://getsentry.github.io/sentry-conventions/attributes/sentry/ */
const LIFECYCLE = 'stream';

/** Converts the spans of one batch. What they have in common is worked out once. */
export class SpanConverter {
  readonly #settings: ConversionSettings;
  readonly #reader: SegmentReader;
  readonly #leftOut: LeftOutSpans;
  readonly #traceId: string;
  readonly #facts = new Map<StreamedSegment, SegmentFacts | undefined>();
  readonly #identities = new Map<Resource, JsonObject>();

  constructor(settings: ConversionSettings, reader: SegmentReader, leftOut: LeftOutSpans, batch: SpanBatch) {
    this.#settings = settings;
    this.#reader = reader;
    this.#leftOut = leftOut;
    this.#traceId = traceIdOf(batch.traceId) ?? '';
  }

  /** Throws for what Sentry would reject. */
  convert({ span, segment, isRoot }: StreamedEntry): SpanJson {
    const json = isRoot ? this.#reader.rootSpan(span, segment) : this.#child(span);
    const facts = this.factsOf(segment);
    const { data } = json;
    if (facts !== undefined && !isRoot) addAllAbsent(data, facts.inherited);
    const segmentId = isRoot ? json.span_id : spanIdOf(segment.rootId ?? segment.record.rootId);
    if (segmentId !== undefined) data['sentry.segment.id'] = segmentId;
    const segmentName = isRoot ? json.name : facts?.name;
    if (segmentName !== undefined) data['sentry.segment.name'] = segmentName;
    addAllAbsent(data, this.#identityOf(span.resource));
    const parentId = spanIdOf(this.#leftOut.parentOf(span)?.spanId);
    if (parentId === undefined || parentId === json.span_id) delete json.parent_span_id;
    else json.parent_span_id = parentId;
    return json;
  }

  /** As they are while the batch is converted. */
  factsOf(segment: StreamedSegment): SegmentFacts | undefined {
    const known = this.#facts.get(segment);
    if (known !== undefined || this.#facts.has(segment)) return known;
    const facts = this.#reader.factsOf(segment);
    this.#facts.set(segment, facts);
    return facts;
  }

  #child(span: ReadableSpan): SpanJson {
    const timing = spanTiming(span);
    if (timing === undefined) throw new TypeError('the span has no time');
    const json = toSpanJson(span, {
      traceId: this.#traceId,
      rootSpanId: '',
      start: timing.start,
      allowsPii: this.#settings.sendDefaultPii,
    });
    return Object.assign(json, { name: streamedName(span, json.description), is_segment: false });
  }

  #identityOf(resource: Resource): JsonObject {
    let attributes = this.#identities.get(resource);
    if (attributes === undefined) {
      attributes = this.#describeIdentity(resource);
      this.#identities.set(resource, attributes);
    }
    return attributes;
  }

  #describeIdentity(resource: Resource): JsonObject {
    const { sdk } = this.#settings;
    const { release, environment } = resourceFacts(resource, this.#settings).identity;
    const dist = release === undefined ? undefined : validDist(this.#settings);
    return {
      'sentry.trace_lifecycle': LIFECYCLE,
      'sentry.sdk.name': sdk.name,
      'sentry.sdk.version': sdk.version,
      'sentry.environment': environment,
      ...(release !== undefined && { 'sentry.release': release }),
      ...(dist !== undefined && { 'sentry.dist': dist }),
    };
  }
}
