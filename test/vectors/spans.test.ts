import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { ParsedEnvelope } from '../support/parse-envelope.js';
import { optionsOf, partsOfOneBridge } from '../support/vectors/bridge-parts.js';
import { arrivals, comparableTransactions, exportBatches } from '../support/vectors/exporter-replay.js';
import type { Difference } from '../support/vectors/matchers.js';
import type { SpanCase } from '../support/vectors/span-case.js';
import { readSpanCases } from '../support/vectors/span-cases.js';
import { accountDifferences, replayDifferences } from '../support/vectors/span-outcome.js';
import { replaySpans, type Replay } from '../support/vectors/span-replay.js';
import { wireProblems } from '../support/vectors/wire-rules.js';

const CASES = readSpanCases(new URL('spans.json', import.meta.url));

const NOT_LATE = 'what was late for the processor is in time when everything arrives at once';

/** Cases of which an exporter must make something else, and why. */
const DIFFERENT_FOR_EXPORTERS: ReadonlyMap<string, string> = new Map([
  ['tree-late-child', NOT_LATE],
  ['tree-two-late-siblings', NOT_LATE],
  ['tree-late-after-6min', NOT_LATE],
  ['tree-child-of-ended-parent', NOT_LATE],
  ['late-child-of-capped', NOT_LATE],
  ['real-pool-no-parent', NOT_LATE],
  ['latest-2x-stable-only/11', NOT_LATE],
  ['train220-dup/11', NOT_LATE],
  ['train220-old/11', NOT_LATE],
  ['train220-stable-optin/11', NOT_LATE],
  ['orphan-unknown-local-parent', 'the parent could still arrive'],
]);

describe('spans to transactions', () => {
  describe('through the span processor', () => {
    for (const item of CASES) it(titleOf(item), () => assertReplay(item));
  });

  describe('through the exporter, as through the span processor', () => {
    const cases = CASES.filter(({ id }) => !DIFFERENT_FOR_EXPORTERS.has(id));
    for (const item of cases) it(titleOf(item), () => assertSameTransactions(item));
  });

  describe('through the exporter, every span once', () => {
    const cases = CASES.filter(({ id }) => DIFFERENT_FOR_EXPORTERS.has(id));
    for (const item of cases) it(titleOf(item), () => assertNothingLost(item));
  });
});

async function assertReplay(item: SpanCase): Promise<void> {
  const { replay, rest } = await runThroughProcessor(item);
  const found = [
    ...replayDifferences(replay, item.expect),
    ...accountDifferences(replay.ended, [...envelopesOf(replay), ...rest], item.expect.unsent),
  ];
  assertNone(found, item.why);
}

async function assertSameTransactions(item: SpanCase): Promise<void> {
  const { replay } = await runThroughProcessor(item);
  const expected = comparableTransactions(envelopesOf(replay));
  for (const arrival of arrivals(replay.ended)) {
    const { flushed } = await exportBatches(optionsOf(item.options), arrival);
    assert.deepEqual(flushed.flatMap(wireProblems), [], arrival.name);
    assert.deepEqual(comparableTransactions(flushed), expected, arrival.name);
  }
}

async function assertNothingLost(item: SpanCase): Promise<void> {
  const { replay } = await runThroughProcessor(item);
  for (const arrival of arrivals(replay.ended)) {
    const { flushed, rest } = await exportBatches(optionsOf(item.options), arrival);
    assert.deepEqual([...flushed, ...rest].flatMap(wireProblems), [], arrival.name);
    assertNone(accountDifferences(replay.ended, [...flushed, ...rest]), arrival.name);
  }
}

async function runThroughProcessor(
  item: SpanCase,
): Promise<{ replay: Replay; rest: readonly ParsedEnvelope[] }> {
  const parts = partsOfOneBridge(optionsOf(item.options));
  try {
    const replay = await replaySpans(item, parts);
    await parts.close();
    return { replay, rest: parts.takeEnvelopes() };
  } finally {
    await parts.close();
    // What fails in the background belongs to this case, not to the next.
    await setImmediate();
  }
}

function envelopesOf({ checkpoints }: Replay): ParsedEnvelope[] {
  return checkpoints.flatMap(({ envelopes }) => envelopes);
}

function assertNone(found: readonly Difference[], hint: string | undefined): void {
  const text = found.map(one => inspect(one, { depth: 6 }));
  assert.equal(found.length, 0, [hint, ...text].filter(Boolean).join('\n'));
}

function titleOf({ id, title }: SpanCase): string {
  return `${id}: ${title}`;
}
