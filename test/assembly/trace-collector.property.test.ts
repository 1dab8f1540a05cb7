import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Assembly } from '../../src/assembly/assembly.js';
import { TraceCollector } from '../../src/assembly/trace-collector.js';
import type { SpanTree } from '../../src/otel/span-tree.js';
import type { ReadableSpan } from '../../src/otel/types.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { grow, seedlings } from '../support/arbitraries/forest.js';
import { FakeClock } from '../support/fake-clock.js';
import { runs } from '../support/property-runs.js';

const LIMITS = { maxSpansPerTransaction: 1000, maxBufferedSpans: 10_000, lateSpanGraceMillis: 1000 };

class Collecting {
  readonly clock = new FakeClock();
  readonly losses = new LossCounter();
  readonly trees: SpanTree[] = [];
  readonly collector: TraceCollector;

  constructor(given: Partial<typeof LIMITS> = {}) {
    const limits = { ...LIMITS, ...given };
    const assembly = new Assembly(limits, this.clock, this.losses, tree => this.trees.push(tree));
    this.collector = new TraceCollector(assembly, this.losses, {
      admit: root => ({
        record: new SegmentRecord({ traceId: root.spanContext().traceId, sampled: true }),
        exclusion: undefined,
      }),
      isOwnTraffic: () => false,
      maxBufferedSpans: limits.maxBufferedSpans,
    });
  }

  get delivered(): ReadableSpan[] {
    return this.trees.flatMap(({ root, descendants }) => [root, ...descendants]);
  }

  get lost(): number {
    return this.losses.totals().reduce((sum, { quantity }) => sum + quantity, 0);
  }
}

type Step = { readonly kind: 'add' | 'wait' | 'flush'; readonly pick: number };

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind'][]>('add', 'add', 'add', 'add', 'wait', 'flush'),
    pick: fc.nat({ max: 1000 }),
  }),
  { maxLength: 80 },
);

const limits = fc.record({
  lateSpanGraceMillis: fc.constantFrom(0, 1000),
  maxSpansPerTransaction: fc.integer({ min: 1, max: 20 }),
  maxBufferedSpans: fc.integer({ min: 1, max: 30 }),
});

describe('TraceCollector', () => {
  it('delivers or counts every span exactly once, within its bounds, whatever arrives in whatever order', () => {
    fc.assert(
      fc.property(
        seedlings(['root', 'known', 'known', 'known', 'missing', 'self']),
        steps,
        limits,
        (plan, steps, limits) => {
          const collecting = new Collecting(limits);
          const { collector, clock } = collecting;
          const rest = grow(plan);
          let added = 0;
          for (const { kind, pick } of steps) {
            if (kind === 'wait') clock.advance(pick * 3);
            else if (kind === 'flush') collector.flush();
            else {
              const [span] = rest.splice(pick % Math.max(1, rest.length), 1);
              if (span === undefined) continue;
              collector.add(span);
              added++;
            }
            assert.ok(collector.bufferedSpans <= limits.maxBufferedSpans);
          }
          collector.drain();
          const { delivered, lost, trees } = collecting;
          assert.equal(delivered.length + lost, added);
          assert.equal(new Set(delivered).size, delivered.length, 'no span twice');
          assert.equal(collector.bufferedSpans, 0);
          for (const { root, descendants } of trees) {
            assert.ok(descendants.length <= limits.maxSpansPerTransaction);
            for (const span of descendants)
              assert.equal(span.spanContext().traceId, root.spanContext().traceId);
          }
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it('takes a span once that arrives several times', () => {
    fc.assert(
      fc.property(
        seedlings(['root', 'known', 'known'], 15),
        fc.array(fc.nat({ max: 14 })),
        (plan, repeats) => {
          const { collector, ...collecting } = new Collecting();
          const spans = grow(plan);
          for (const span of spans) collector.add(span);
          for (const index of repeats) {
            const span = spans[index];
            if (span !== undefined) collector.add(span);
          }
          collector.drain();
          assert.equal(
            collecting.trees.flatMap(({ descendants }) => descendants).length,
            spans.length - collecting.trees.length,
          );
        },
      ),
    );
  });

  it('makes whole trees, whatever order the spans arrive in', () => {
    fc.assert(
      fc.property(
        seedlings(['root', 'known', 'known', 'known', 'known']),
        fc.infiniteStream(fc.nat()),
        (plan, picks) => {
          const collecting = new Collecting();
          const spans = grow(plan);
          for (const span of shuffled(spans, picks)) collecting.collector.add(span);
          collecting.clock.advance(LIMITS.lateSpanGraceMillis + 10);
          const rootNames = rootNamesOf(spans);
          const roots = spans.filter(span => span.parentSpanContext === undefined);
          assert.deepEqual(
            collecting.trees.map(({ root }) => root.name).sort(),
            roots.map(({ name }) => name).sort(),
          );
          for (const { root, descendants, isLate } of collecting.trees) {
            assert.equal(isLate, false);
            assert.deepEqual(
              descendants.map(({ name }) => name).sort(),
              spans
                .filter(span => span !== root && rootNames.get(span.spanContext().spanId) === root.name)
                .map(({ name }) => name)
                .sort(),
            );
          }
          assert.equal(collecting.lost, 0);
          assert.equal(collecting.collector.bufferedSpans, 0);
        },
      ),
      { numRuns: runs(300) },
    );
  });
});

/** Name of the root of each span, by its id. Parents come before their children. */
function rootNamesOf(spans: readonly ReadableSpan[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const span of spans) {
    const parentId = span.parentSpanContext?.spanId;
    names.set(span.spanContext().spanId, (parentId !== undefined && names.get(parentId)) || span.name);
  }
  return names;
}

function shuffled<T>(items: readonly T[], picks: Iterator<number>): T[] {
  const rest = [...items];
  const order: T[] = [];
  while (rest.length > 0) order.push(...rest.splice(Number(picks.next().value) % rest.length, 1));
  return order;
}
