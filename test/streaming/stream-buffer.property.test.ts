import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import type { SpanBatch } from '../../src/streaming/span-batch.js';
import { StreamBuffer } from '../../src/streaming/stream-buffer.js';
import { StreamedSegment } from '../../src/streaming/streamed-segment.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { FakeClock } from '../support/fake-clock.js';
import { runs } from '../support/property-runs.js';
import { buildSpan, TRACE_ID } from '../support/spans.js';
import { AFTER_WAIT_MILLIS } from '../support/streaming.js';

type Step =
  | {
      readonly kind: 'add';
      readonly trace: number;
      readonly isRoot: boolean;
      readonly isComplete: boolean;
      readonly chars: number;
    }
  | { readonly kind: 'wait'; readonly millis: number }
  | { readonly kind: 'completed'; readonly trace: number }
  | { readonly kind: 'flush' | 'hurry' | 'released' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      trace: fc.nat({ max: 6 }),
      isRoot: fc.boolean(),
      isComplete: fc.boolean(),
      chars: fc.constantFrom(0, 0, 0, 100, 3_000_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('completed' as const), trace: fc.nat({ max: 6 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      millis: fc.constantFrom(0, 1, 400, 501, 5001),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'hurry' as const, 'released' as const) }),
  },
);

/** One for all cases, as long text is dear. */
const TEXTS = new Map([0, 100, 3_000_000].map(chars => [chars, 'x'.repeat(chars)]));

function traceIdOf(trace: number): string {
  return String(trace + 1).padStart(32, '0');
}

describe('StreamBuffer', () => {
  it('hands every span over exactly once or counts it, in time and within its bounds, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        async (steps, max) => {
          const clock = new FakeClock();
          const losses = new LossCounter();
          const batches: SpanBatch[] = [];
          const buffer = new StreamBuffer(clock, max, losses, batch => void batches.push(batch));
          const segment = new StreamedSegment(new SegmentRecord({ traceId: TRACE_ID, sampled: true }));
          const released: Promise<void>[] = [];
          let added = 0;
          for (const step of steps) {
            if (step.kind === 'add') {
              const traceId = traceIdOf(step.trace);
              const span = buildSpan({ traceId, attributes: { text: TEXTS.get(step.chars) } });
              buffer.add({ span, segment, isRoot: step.isRoot }, step.isComplete);
              added++;
            } else if (step.kind === 'completed') buffer.completed(traceIdOf(step.trace));
            else if (step.kind === 'wait') clock.advance(step.millis);
            else if (step.kind === 'released') released.push(buffer.released());
            else buffer[step.kind]();
            assert.ok(buffer.bufferedSpans <= max);
            assert.ok(clock.pendingTimers <= 1);
          }
          clock.advance(AFTER_WAIT_MILLIS);
          await Promise.all(released);
          const spans = batches.flatMap(({ entries }) => entries.map(({ span }) => span));
          const lost = losses.totals().reduce((sum, { quantity }) => sum + quantity, 0);
          assert.equal(spans.length + lost, added);
          assert.equal(new Set(spans).size, spans.length, 'no span twice');
          assert.deepEqual([buffer.bufferedSpans, buffer.bufferedTraces, clock.pendingTimers], [0, 0, 0]);
          for (const { traceId, entries } of batches) {
            assert.notEqual(entries.length, 0);
            for (const { span } of entries) assert.equal(span.spanContext().traceId, traceId);
          }
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
