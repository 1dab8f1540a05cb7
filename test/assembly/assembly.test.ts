import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Assembly } from '../../src/assembly/assembly.js';
import { Segment, type SpanNode } from '../../src/assembly/segment.js';
import type { SpanTree } from '../../src/otel/span-tree.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { FakeClock } from '../support/fake-clock.js';
import { buildSpan } from '../support/spans.js';

const LIMITS = { maxSpansPerTransaction: 1000, maxBufferedSpans: 10_000, lateSpanGraceMillis: 1000 };

function newRecord(): SegmentRecord {
  return new SegmentRecord({ traceId: 'a'.repeat(32), sampled: true, sampleRand: 0.5 });
}

class Bench {
  readonly clock = new FakeClock();
  readonly losses = new LossCounter();
  readonly trees: SpanTree[] = [];
  readonly assembly: Assembly;

  constructor(limits: Partial<typeof LIMITS> = {}) {
    this.assembly = new Assembly({ ...LIMITS, ...limits }, this.clock, this.losses, tree =>
      this.trees.push(tree),
    );
  }

  end(node: SpanNode, name: string, start = 0): void {
    this.assembly.ended(node, buildSpan({ name, start }));
  }

  get delivered(): number {
    return this.trees.reduce((sum, { descendants }) => sum + descendants.length + 1, 0);
  }

  get lost(): number {
    return this.losses.totals().reduce((sum, { quantity }) => sum + quantity, 0);
  }
}

/** A step in the life of a forest: start a child below span `target`, end it, or let time pass. */
type Step = { readonly kind: 'start' | 'end' | 'root' | 'wait' | 'flush'; readonly target: number };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('start', 'start', 'start', 'end', 'end', 'end', 'root', 'wait', 'flush'),
  target: fc.nat({ max: 40 }),
});

function live(steps: readonly Step[], limits: Partial<typeof LIMITS>): { ended: number; bench: Bench } {
  const bench = new Bench(limits);
  const nodes: SpanNode[] = [];
  let ended = 0;
  for (const { kind, target } of steps) {
    const node = nodes[target % Math.max(1, nodes.length)];
    if (kind === 'root') nodes.push(new Segment(newRecord()).root);
    else if (kind === 'wait') bench.clock.advance(target * 40);
    else if (kind === 'flush') bench.assembly.flush();
    else if (node === undefined) continue;
    else if (kind === 'start') nodes.push(node.segment.startChild(node));
    else if (node.state === 'open') {
      bench.end(node, String(target), target);
      ended++;
    }
  }
  bench.assembly.drain();
  return { ended, bench };
}

describe('Assembly', () => {
  it('delivers or counts every span that ended, exactly once, whatever the order of events', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.constantFrom(0, 1000),
        fc.integer({ min: 1, max: 20 }),
        (steps, grace, max) => {
          const limits = { lateSpanGraceMillis: grace, maxSpansPerTransaction: max, maxBufferedSpans: 15 };
          const { ended, bench } = live(steps, limits);
          assert.equal(bench.delivered + bench.lost, ended);
          assert.equal(bench.assembly.bufferedSpans, 0);
          const all = bench.trees.flatMap(({ root, descendants }) => [root, ...descendants]);
          assert.equal(new Set(all).size, all.length, 'no span twice');
          for (const { descendants } of bench.trees) assert.ok(descendants.length <= max);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('loses nothing when nothing is too much', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.constantFrom(0, 1000),
        (steps, lateSpanGraceMillis) => {
          const { ended, bench } = live(steps, { lateSpanGraceMillis });
          assert.equal(bench.delivered, ended);
          assert.equal(bench.lost, 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps the spans that started first, whatever order they end in and however often it has to make room', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(60).keys()], { minLength: 60 }), starts => {
        const bench = new Bench({ maxSpansPerTransaction: 7 });
        const { root } = new Segment(newRecord());
        for (const start of starts) bench.end(root.segment.startChild(root), String(start), start);
        bench.end(root, 'root');
        bench.assembly.flush();
        assert.deepEqual(
          bench.trees[0]?.descendants.map(({ name }) => name),
          ['0', '1', '2', '3', '4', '5', '6'],
        );
        assert.equal(bench.lost, 53);
      }),
      { numRuns: 50 },
    );
  });

  it('holds at most twice what a transaction takes per open root', () => {
    const bench = new Bench({ maxSpansPerTransaction: 100, maxBufferedSpans: 1_000_000 });
    const { root } = new Segment(newRecord());
    for (let index = 0; index < 100_000; index++) bench.end(root.segment.startChild(root), 'step', index);
    assert.ok(bench.assembly.bufferedSpans <= 200);
    assert.equal(bench.assembly.bufferedSpans + bench.lost, 100_000);
  });

  it('puts parents before children that started at the same instant', () => {
    const bench = new Bench();
    const { root } = new Segment(newRecord());
    const parent = root.segment.startChild(root);
    const child = root.segment.startChild(parent);
    bench.end(child, 'child');
    bench.end(parent, 'parent');
    bench.end(root, 'root');
    bench.assembly.flush();
    assert.deepEqual(
      bench.trees[0]?.descendants.map(({ name }) => name),
      ['parent', 'child'],
    );
  });

  it('releases a burst in slices, so that no turn is held up by all of it', () => {
    const bench = new Bench();
    for (let index = 0; index < 2000; index++) bench.end(new Segment(newRecord()).root, 'root');
    bench.clock.advance(1);
    assert.equal(bench.trees.length, 2000, 'timers of no delay fire within the same millisecond');
    const sliced = new Bench();
    for (let index = 0; index < 2000; index++) sliced.end(new Segment(newRecord()).root, 'root');
    let first = 0;
    sliced.clock.setTimer(() => (first = sliced.trees.length), 1);
    sliced.clock.advance(1);
    assert.ok(first > 0 && first < 2000, `${first} in the first turn`);
  });

  it('does not count a span as open any more that will not end', () => {
    const bench = new Bench();
    const { root } = new Segment(newRecord());
    const open = root.segment.startChild(root);
    bench.end(root, 'root');
    bench.clock.advance(10);
    assert.equal(bench.trees.length, 0);
    bench.assembly.abandon(open);
    bench.clock.advance(1);
    assert.equal(bench.trees.length, 1);
  });

  it('sends a complete tree early rather than losing it when it has to make room', () => {
    const bench = new Bench({ maxBufferedSpans: 3 });
    const { root } = new Segment(newRecord());
    const open = root.segment.startChild(root);
    bench.end(root.segment.startChild(root), 'child');
    bench.end(root, 'root');
    bench.clock.advance(10);
    const other = new Segment(newRecord()).root;
    for (let index = 0; index < 2; index++) bench.end(other.segment.startChild(other), 'other');
    assert.deepEqual(
      bench.trees.map(tree => tree.root.name),
      ['root'],
    );
    assert.equal(bench.lost, 0);
    bench.end(open, 'late');
    bench.assembly.drain();
    assert.equal(bench.lost, 0);
  });
});
