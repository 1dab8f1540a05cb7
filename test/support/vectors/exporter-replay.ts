import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { SentrySpanExporter, type SentryBridgeOptions } from '../../../src/index.js';
import { jsonOf, type ParsedEnvelope } from '../parse-envelope.js';
import { withoutVariables } from './bridge-parts.js';
import { CapturingTransport } from './capturing-transport.js';
import { fieldsOf, isFields, listOf, textOf, type Fields } from './narrow.js';
import { randomBatches, seededRandom, shuffled } from './seeded-random.js';

const MAX_BATCH_SPANS = 4;
const SEEDS = [1, 2, 3, 4];

/** Spans as exporters get them: in batches. */
export interface Arrival {
  readonly name: string;
  readonly batches: readonly (readonly ReadableSpan[])[];
}

/** Ways in which the same spans can arrive. */
export function arrivals(spans: readonly ReadableSpan[]): Arrival[] {
  return [
    { name: 'as they ended, at once', batches: [spans] },
    { name: 'as they ended, one by one', batches: spans.map(span => [span]) },
    { name: 'in reverse, one by one', batches: [...spans].reverse().map(span => [span]) },
    ...SEEDS.map(seed => {
      const random = seededRandom(seed);
      return {
        name: `shuffled with seed ${seed}`,
        batches: randomBatches(shuffled(spans, random), MAX_BATCH_SPANS, random),
      };
    }),
  ];
}

export interface ExportOutcome {
  /** What a flush has sent. */
  readonly flushed: readonly ParsedEnvelope[];
  /** What came with the shutdown after it. */
  readonly rest: readonly ParsedEnvelope[];
}

/** Exports all batches within one turn, then flushes and shuts down. */
export async function exportBatches(
  options: SentryBridgeOptions,
  { batches }: Arrival,
): Promise<ExportOutcome> {
  const transport = new CapturingTransport();
  const exporter = withoutVariables(
    () => new SentrySpanExporter({ ...options, transport, lateSpanGraceMillis: 0 }),
  );
  for (const batch of batches) exporter.export([...batch], () => undefined);
  await exporter.forceFlush();
  const flushed = transport.take();
  await exporter.shutdown();
  return { flushed, rest: transport.take() };
}

/**
 * Transactions with the trace headers of their envelopes, in order of their roots: without what is new in every run or
 * measured about the process, and with spans in order of their ids, as siblings that start together come in any.
 */
export function comparableTransactions(envelopes: readonly ParsedEnvelope[]): Fields[] {
  return envelopes
    .flatMap(({ headers, items }) =>
      items
        .filter(item => item.headers['type'] === 'transaction')
        .map(item => {
          const { event_id, contexts, spans, ...payload } = fieldsOf(jsonOf(item));
          const { app, device, ...comparable } = fieldsOf(contexts);
          const list = listOf(spans).map(fieldsOf);
          return {
            ...payload,
            isComplete: event_id === headers['event_id'] && isFields(app) && isFields(device),
            hasParentsFirst: hasParentsFirst(list),
            contexts: comparable,
            spans: [...list].sort(byId),
            trace: headers['trace'],
          };
        }),
    )
    .sort((one, other) => byId(fieldsOf(one.contexts['trace']), fieldsOf(other.contexts['trace'])));
}

function hasParentsFirst(spans: readonly Fields[]): boolean {
  const indexes = new Map(spans.map(({ span_id }, index) => [span_id, index]));
  return spans.every(({ parent_span_id }, index) => (indexes.get(parent_span_id) ?? -1) < index);
}

function byId(one: Fields, other: Fields): number {
  return textOf(one['span_id']).localeCompare(textOf(other['span_id']));
}
