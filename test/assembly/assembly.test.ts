import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Assembly } from '../../src/assembly/assembly.js';
import { Segment, type SpanNode } from '../../src/assembly/segment.js';
import type { SpanTree } from '../../src/otel/span-tree.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { FakeClock } from '../support/fake-clock.js';
import { buildSpan } from '../support/spans.js';
import { runs } from '../support/property-runs.js';

const LIMITS = { maxSpansPerTransaction: 1000, maxBufferedSpans: 10_000, lateSpanGraceMillis: 1000 };

function newRecord(): SegmentRecord {
  return new SegmentRecord({ traceId: 'a'.repeat(32), sampled: true });
}

class Bench {
  readonly clock = new FakeClock();
  readonly losses = new LossCounter();
  readonly trees: SpanTree[] = [];
  readonly assembly: Assembly;
  /** What hooks do while a tree is handed over. */
  onTree: (tree: SpanTree) => void = () => undefined;

  constructor(limits: Partial<typeof LIMITS> = {}) {
    this.assembly = new Assembly({ ...LIMITS, ...limits }, this.clock, this.losses, tree => {
      this.trees.push(tree);
      this.onTree(tree);
    });
  }

  end(node: SpanNode, name: string, start = 0): void {
    this.assembly.ended(node, buildSpan({ name, start }));
  }

  /** Names in the trees so far. */
  get names(): string[][] {
    return this.trees.map(({ root, descendants }) => [root, ...descendants].map(({ name }) => name));
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
    const open = nodes.filter(({ state }) => state === 'open');
    const ending = open[target % Math.max(1, open.length)];
    if (kind === 'root') nodes.push(new Segment(newRecord()).root);
    else if (kind === 'wait') bench.clock.advance(target * 40);
    else if (kind === 'flush') bench.assembly.flush();
    else if (kind === 'start' && node !== undefined) nodes.push(node.segment.startChild(node));
    else if (kind === 'end' && ending !== undefined) {
      bench.end(ending, String(target), target);
      ended++;
      assert.ok(bench.assembly.bufferedSpans <= (limits.maxBufferedSpans ?? LIMITS.maxBufferedSpans));
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
          assert.equal(bench.assembly.bufferedSegments, 0);
          const all = bench.trees.flatMap(({ root, descendants }) => [root, ...descendants]);
          assert.equal(new Set(all).size, all.length, 'no span twice');
          for (const { descendants } of bench.trees) assert.ok(descendants.length <= max);
        },
      ),
      { numRuns: runs(500) },
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
      { numRuns: runs(300) },
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
      { numRuns: runs(50) },
    );
  });

  it('holds at most twice what a transaction takes per open root', () => {
    const bench = new Bench({ maxSpansPerTransaction: 100, maxBufferedSpans: 1_000_000 });
    const { root } = new Segment(newRecord());
    for (let index = 0; index < 100_000; index++) bench.end(root.segment.startChild(root), 'step', index);
    assert.ok(bench.assembly.bufferedSpans <= 200);
    assert.equal(bench.assembly.bufferedSpans + bench.lost, 100_000);
  });

  it('holds no more than it may of a burst of late spans, and loses none', () => {
    const bench = new Bench({ maxBufferedSpans: 10, lateSpanGraceMillis: 0 });
    const { root } = new Segment(newRecord());
    const late = Array.from({ length: 2000 }, () => root.segment.startChild(root));
    bench.end(root, 'root');
    bench.clock.advance(1);
    for (const [index, node] of late.entries()) {
      bench.end(node, 'late', index);
      assert.ok(bench.assembly.bufferedSpans <= 10);
    }
    bench.assembly.drain();
    assert.deepEqual([bench.delivered, bench.lost], [2001, 0]);
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

  it('releases a burst in slices of 500 spans, so that no turn is held up by all of it', () => {
    const bench = new Bench();
    for (let index = 0; index < 2000; index++) bench.end(new Segment(newRecord()).root, 'root');
    bench.clock.advance(1);
    assert.equal(bench.trees.length, 2000, 'timers of no delay fire within the same millisecond');
    const sliced = new Bench();
    for (let index = 0; index < 2000; index++) sliced.end(new Segment(newRecord()).root, 'root');
    let first = 0;
    sliced.clock.setTimer(() => (first = sliced.trees.length), 1);
    sliced.clock.advance(1);
    assert.equal(first, 500);
  });

  describe('drain()', () => {
    it('hands over what ends while it hands over', () => {
      const bench = new Bench();
      const { root } = new Segment(newRecord());
      const [ended, open] = [root.segment.startChild(root), root.segment.startChild(root)];
      bench.end(ended, 'ended');
      bench.onTree = () => {
        bench.onTree = () => undefined;
        bench.end(open, 'open');
      };
      bench.assembly.drain();
      assert.deepEqual(bench.names, [['ended'], ['open']]);
      assert.equal(bench.assembly.bufferedSpans, 0);
    });

    it('hands over a root that ends while it hands over, with its descendants', () => {
      const bench = new Bench();
      const [first, second] = [new Segment(newRecord()), new Segment(newRecord())];
      bench.end(first.startChild(first.root), 'first');
      bench.end(second.startChild(second.root), 'second');
      bench.onTree = () => {
        bench.onTree = () => undefined;
        bench.end(second.root, 'root');
      };
      bench.assembly.drain();
      assert.deepEqual(bench.names, [['first'], ['root', 'second']]);
      assert.deepEqual([bench.assembly.bufferedSpans, bench.assembly.bufferedSegments], [0, 0]);
    });

    it('comes to an end when every tree that is handed over ends another span', () => {
      const bench = new Bench();
      const { root } = new Segment(newRecord());
      const endOne = () => bench.end(root.segment.startChild(root), 'child');
      bench.onTree = endOne;
      endOne();
      bench.assembly.drain();
      assert.equal(bench.trees.length, 2);
      assert.equal(bench.assembly.bufferedSpans, 1);
    });
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

  it('waits for the last of its open descendants when a root has ended', () => {
    const bench = new Bench();
    const { root } = new Segment(newRecord());
    const [first, last] = [root.segment.startChild(root), root.segment.startChild(root)];
    bench.end(root, 'root');
    bench.clock.advance(10);
    bench.end(first, 'first');
    bench.clock.advance(10);
    assert.deepEqual(bench.names, []);
    bench.end(last, 'last');
    bench.clock.advance(10);
    assert.deepEqual(bench.names, [['root', 'first', 'last']]);
  });

  it('does not begin the grace again when one of several open descendants has ended', () => {
    const bench = new Bench();
    const { root } = new Segment(newRecord());
    const first = root.segment.startChild(root);
    root.segment.startChild(root);
    bench.end(root, 'root');
    bench.clock.advance(900);
    bench.end(first, 'first');
    bench.clock.advance(101);
    assert.deepEqual(bench.names, [['root', 'first']]);
  });

  it('makes room below an open root when more than twice as much as fits has ended, and not before', () => {
    const bench = new Bench({ maxSpansPerTransaction: 2 });
    const { root } = new Segment(newRecord());
    const end = () => bench.end(root.segment.startChild(root), 'child');
    for (let index = 0; index < 4; index++) end();
    assert.deepEqual([bench.assembly.bufferedSpans, bench.lost], [4, 0]);
    end();
    assert.deepEqual([bench.assembly.bufferedSpans, bench.lost], [2, 3]);
  });

  it('hands over what ends between two drains', () => {
    const bench = new Bench();
    const { root } = new Segment(newRecord());
    for (const name of ['first', 'second']) {
      bench.end(root.segment.startChild(root), name);
      bench.assembly.drain();
    }
    assert.deepEqual(bench.names, [['first'], ['second']]);
  });

  describe('when it has to make room', () => {
    it('loses no more than it has to, the oldest first', () => {
      const bench = new Bench({ maxBufferedSpans: 3 });
      const [old, young] = [new Segment(newRecord()).root, new Segment(newRecord()).root];
      bench.end(old.segment.startChild(old), 'old');
      for (let index = 0; index < 3; index++) bench.end(young.segment.startChild(young), 'young');
      assert.deepEqual([bench.assembly.bufferedSpans, bench.lost], [3, 1]);
      bench.end(old, 'old root');
      assert.deepEqual([bench.assembly.bufferedSpans, bench.lost], [1, 4]);
    });

    it('goes on to the next segment when there is nothing to take from the oldest', () => {
      const bench = new Bench({ maxBufferedSpans: 3 });
      const segment = departedSegment(bench);
      const { root } = segment;
      bench.end(segment.startChild(root), 'late, waits for its turn');
      const young = new Segment(newRecord()).root;
      for (let index = 0; index < 3; index++) bench.end(young.segment.startChild(young), 'young');
      assert.deepEqual([bench.assembly.bufferedSpans, bench.lost], [1, 3]);
    });

    it('keeps what ends below an open span of a root that left early', () => {
      const bench = new Bench({ maxBufferedSpans: 2 });
      const segment = new Segment(newRecord());
      const { root } = segment;
      const open = segment.startChild(root);
      const below = segment.startChild(open);
      bench.end(root, 'root');
      const other = new Segment(newRecord()).root;
      for (let index = 0; index < 2; index++) bench.end(other.segment.startChild(other), 'other');
      assert.deepEqual(bench.names, [['root']]);
      bench.end(below, 'below');
      bench.clock.advance(1);
      bench.assembly.drain();
      assert.deepEqual(bench.names, [['root'], ['below']]);
      assert.deepEqual([bench.assembly.bufferedSpans, bench.lost], [0, 2]);
    });
  });

  describe('after the transaction has left', () => {
    it('makes late trees of spans that end, and then holds nothing of their segment', () => {
      const bench = new Bench();
      const segment = departedSegment(bench);
      const { root } = segment;
      const parent = segment.startChild(root);
      const child = segment.startChild(parent);
      bench.end(child, 'child');
      bench.clock.advance(10);
      assert.equal(bench.assembly.bufferedSegments, 1);
      bench.end(parent, 'parent');
      bench.clock.advance(1);
      assert.deepEqual(bench.names, [['root'], ['parent', 'child']]);
      assert.deepEqual(
        bench.trees.map(({ isLate }) => isLate),
        [false, true],
      );
      assert.equal(bench.assembly.bufferedSegments, 0);
    });

    it('takes a child along that ends after its parent, in the same turn', () => {
      const bench = new Bench();
      const segment = departedSegment(bench);
      const { root } = segment;
      const parent = segment.startChild(root);
      const child = segment.startChild(parent);
      bench.end(parent, 'parent');
      bench.end(child, 'child');
      bench.clock.advance(1);
      assert.deepEqual(bench.names, [['root'], ['parent', 'child']]);
      assert.equal(bench.assembly.bufferedSegments, 0);
    });

    it('hands over a span below one that will not end', () => {
      const bench = new Bench();
      const segment = departedSegment(bench);
      const { root } = segment;
      const parent = segment.startChild(root);
      const child = segment.startChild(parent);
      bench.assembly.abandon(parent);
      bench.end(child, 'child');
      bench.clock.advance(1);
      assert.deepEqual(bench.names, [['root'], ['child']]);
    });

    it('hands over a late span at once, and keeps what waits for another open one until it is drained', () => {
      const bench = new Bench();
      const segment = departedSegment(bench);
      const { root } = segment;
      const [first, second] = [segment.startChild(root), segment.startChild(root)];
      bench.end(segment.startChild(second), 'below second');
      bench.end(first, 'first');
      bench.clock.advance(1);
      assert.deepEqual(bench.names, [['root'], ['first']]);
      bench.assembly.drain();
      assert.deepEqual(bench.names, [['root'], ['first'], ['below second']]);
      assert.equal(bench.lost, 0);
    });
  });
});

/** A segment whose root has ended and left. */
function departedSegment(bench: Bench): Segment {
  const segment = new Segment(newRecord());
  bench.end(segment.root, 'root');
  bench.clock.advance(1);
  assert.deepEqual(bench.names, [['root']]);
  return segment;
}
