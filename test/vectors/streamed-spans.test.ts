import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { ParsedEnvelope } from '../support/parse-envelope.js';
import { optionsOf, partsOfOneBridge } from '../support/vectors/bridge-parts.js';
import { arrivals, exportBatches } from '../support/vectors/exporter-replay.js';
import type { SpanCase } from '../support/vectors/span-case.js';
import { readSpanCases } from '../support/vectors/span-cases.js';
import { reportedSpans } from '../support/vectors/span-outcome.js';
import { replaySpans, type Replay } from '../support/vectors/span-replay.js';
import { inferenceDifferences, sentSpans, type SentSpan } from '../support/vectors/streamed-outcome.js';
import { wireProblems } from '../support/vectors/wire-rules.js';

const CASES = readSpanCases(new URL('spans.json', import.meta.url));

/** Names that tell single requests or objects apart. */
const HIGH_CARDINALITY = /:\/\/|[?#]\w+=|\/\d{2,}(?:\/|$)/;

/** The application's own name for a span is kept, whatever it is. */
const OWN_NAMES = /^(?:name-|attrs-|origin-)/;

describe('spans to a stream', () => {
  describe('through the span processor', () => {
    for (const item of CASES) it(`${item.id}: ${item.title}`, () => assertStreamed(item));
  });

  describe('through the exporter, every span once', () => {
    for (const item of CASES) it(`${item.id}: ${item.title}`, () => assertExported(item));
  });
});

async function assertStreamed(item: SpanCase): Promise<void> {
  const { replay, envelopes } = await run(item);
  const spans = sentSpans(envelopes);
  assertEnvelopes(envelopes);
  assertAccount(replay.ended, spans, envelopes, item.expect.unsent);
  const found = inferenceDifferences(spans, replay.refs, item.expect);
  assert.equal(found.length, 0, found.map(one => inspect(one, { depth: 6 })).join('\n'));
  assertTree(spans, replay.ended);
  if (!OWN_NAMES.test(item.id)) for (const { name } of spans) assert.doesNotMatch(name, HIGH_CARDINALITY);
}

async function assertExported(item: SpanCase): Promise<void> {
  const { replay } = await run(item);
  const options = optionsOf({ ...item.options, traceLifecycle: 'stream' });
  for (const arrival of arrivals(replay.ended)) {
    const { flushed, rest } = await exportBatches(options, arrival);
    const envelopes = [...flushed, ...rest];
    assertEnvelopes(envelopes);
    assertAccount(replay.ended, sentSpans(envelopes), envelopes, item.expect.unsent);
  }
}

async function run(item: SpanCase): Promise<{ replay: Replay; envelopes: readonly ParsedEnvelope[] }> {
  const parts = partsOfOneBridge(optionsOf({ ...item.options, traceLifecycle: 'stream' }));
  try {
    const replay = await replaySpans(item, parts);
    await parts.close();
    const sent = replay.checkpoints.flatMap(({ envelopes }) => envelopes);
    return { replay, envelopes: [...sent, ...parts.takeEnvelopes()] };
  } finally {
    await parts.close();
    await setImmediate();
  }
}

function assertEnvelopes(envelopes: readonly ParsedEnvelope[]): void {
  assert.deepEqual(envelopes.flatMap(wireProblems), []);
  const types = envelopes.flatMap(({ items }) => items.map(({ headers }) => headers['type']));
  assert.ok(!types.includes('transaction'));
}

/** Every sampled span that ended is sent once, or counted as lost; there is nothing else to count. */
function assertAccount(
  ended: readonly ReadableSpan[],
  spans: readonly SentSpan[],
  envelopes: readonly ParsedEnvelope[],
  unsent: number,
): void {
  const sampled = ended.filter(span => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0);
  const { lost, otherCategories } = reportedSpans(envelopes);
  assert.equal(new Set(spans.map(({ id }) => id)).size, spans.length, 'a span was sent twice');
  assert.equal(spans.length + lost, sampled.length - unsent, 'sent + lost = ended');
  assert.deepEqual(otherCategories, []);
}

function assertTree(spans: readonly SentSpan[], ended: readonly ReadableSpan[]): void {
  const byId = new Map(ended.map(span => [span.spanContext().spanId, span]));
  for (const { id, parentId, isSegment, attributes } of spans) {
    const span = byId.get(id);
    assert.equal(parentId, span?.parentSpanContext?.spanId);
    if (isSegment) {
      assert.equal(attributes['sentry.segment.id'], id);
      assert.ok(attributes['sentry.segment.name.source']);
    }
    assert.ok(attributes['sentry.segment.id'] && attributes['sentry.segment.name']);
    assert.equal(attributes['sentry.trace_lifecycle'], 'stream');
  }
}
