import assert from 'node:assert/strict';
import { Assembly } from '../../src/assembly/assembly.js';
import type { Exclusion } from '../../src/assembly/segment.js';
import { TraceCollector } from '../../src/assembly/trace-collector.js';
import type { SpanTree } from '../../src/otel/span-tree.js';
import type { ReadableSpan } from '../../src/otel/types.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { lossesOf } from '../support/accounts.js';
import { FakeClock } from '../support/fake-clock.js';
import { buildSpan, type SpanInit } from '../support/spans.js';

const GRACE_MILLIS = 1000;
const TURN_MILLIS = 1;
const REMEMBERED_SPANS = 100_000;
const MISSING = 'ab'.repeat(8);
const NANO = 1e-6;

class Bench {
  readonly clock = new FakeClock();
  readonly losses = new LossCounter();
  readonly trees: SpanTree[] = [];
  readonly collector: TraceCollector;
  /** Why trees below roots of these names are not kept. */
  readonly exclusions: Record<string, Exclusion> = {};

  constructor({ maxBufferedSpans = 1_000_000 } = {}) {
    const limits = { maxSpansPerTransaction: 1000, maxBufferedSpans, lateSpanGraceMillis: GRACE_MILLIS };
    const assembly = new Assembly(limits, this.clock, this.losses, tree => this.trees.push(tree));
    this.collector = new TraceCollector(assembly, this.losses, {
      admit: root => this.#admit(root),
      isOwnTraffic: ({ name }) => name === 'upload',
      maxBufferedSpans,
    });
  }

  #admit(root: ReadableSpan) {
    const exclusion = this.exclusions[root.name];
    const { traceId } = root.spanContext();
    const lossReason = exclusion === 'unsampled' ? 'sample_rate' : undefined;
    const sampled = exclusion !== 'unsampled';
    return { record: new SegmentRecord({ traceId, sampled, lossReason }), exclusion };
  }

  add(init: SpanInit): ReadableSpan {
    const span = buildSpan(init);
    this.collector.add(span);
    return span;
  }

  /** Names in the trees so far. */
  get names(): string[][] {
    return this.trees.map(({ root, descendants }) => [root, ...descendants].map(({ name }) => name));
  }

  get lost(): Record<string, number> {
    return lossesOf(this.losses);
  }
}

function traceId(index: number): string {
  return `f${index.toString(16).padStart(31, '0')}`;
}

describe('TraceCollector', () => {
  it('takes a span once when it arrives twice', () => {
    const bench = new Bench();
    const root = buildSpan({ name: 'root' });
    const child = buildSpan({ name: 'child', parent: root });
    for (const span of [root, child, root, child]) bench.collector.add(span);
    bench.clock.advance(TURN_MILLIS);
    assert.deepEqual(bench.names, [['root', 'child']]);
    assert.equal(bench.collector.bufferedSpans, 0);
  });

  it('hands over the trees whose root has arrived when it is flushed, and keeps the other spans', () => {
    const bench = new Bench();
    bench.add({ name: 'root' });
    bench.add({ name: 'orphan', parent: MISSING, traceId: traceId(1) });
    bench.collector.flush();
    assert.deepEqual(bench.names, [['root']]);
    assert.equal(bench.collector.bufferedSpans, 1);
  });

  it('counts spans as invalid that are ancestors of each other when it is drained', () => {
    const bench = new Bench();
    const [first, second] = ['1'.repeat(16), '2'.repeat(16)];
    bench.add({ spanId: first, parent: second });
    bench.add({ spanId: second, parent: first });
    bench.collector.drain();
    assert.deepEqual(bench.trees, []);
    assert.deepEqual(bench.lost, { 'invalid/span': 2 });
    assert.equal(bench.collector.bufferedSpans, 0);
  });

  it('hands over the rest of a trace in trees of their own when it is drained', () => {
    const bench = new Bench();
    const parent = bench.add({ name: 'parent', parent: MISSING });
    bench.add({ name: 'child', parent });
    bench.add({ name: 'sibling', parent: MISSING });
    bench.collector.drain();
    assert.deepEqual(bench.names.sort(), [['parent', 'child'], ['sibling']]);
    assert.deepEqual(bench.lost, {});
  });

  describe('below roots that are not kept', () => {
    it('counts descendants of an unsampled root, and not the root', () => {
      const bench = new Bench();
      bench.exclusions['root'] = 'unsampled';
      const root = buildSpan({ name: 'root' });
      bench.add({ name: 'child', parent: root });
      bench.collector.add(root);
      bench.add({ name: 'upload', parent: root });
      bench.collector.drain();
      assert.deepEqual(bench.trees, []);
      assert.deepEqual(bench.lost, { 'sample_rate/span': 2 });
    });

    it('counts nothing below an ignored root', () => {
      const bench = new Bench();
      bench.exclusions['root'] = 'ignored';
      const root = bench.add({ name: 'root' });
      bench.add({ name: 'child', parent: root });
      bench.collector.drain();
      assert.deepEqual([bench.trees, bench.lost], [[], {}]);
    });

    it('leaves requests to Sentry out, and what is below them, uncounted', () => {
      const bench = new Bench();
      const root = bench.add({ name: 'root' });
      const upload = bench.add({ name: 'upload', parent: root });
      bench.add({ name: 'connect', parent: upload });
      bench.clock.advance(TURN_MILLIS);
      assert.deepEqual(bench.names, [['root']]);
      assert.deepEqual(bench.lost, {});
    });
  });

  describe('spans below a parent that never arrives', () => {
    /** Two roots of one trace, the first from 10 to 20 s and half a millisecond, the second from 30 to 40 s. */
    function twoRoots(start: number): Bench {
      const bench = new Bench();
      bench.add({ name: 'orphan', parent: MISSING, start });
      bench.add({ name: 'first', start: 10_000.5, end: 20_000.5 });
      bench.add({ name: 'second', start: 30_000, end: 40_000 });
      bench.clock.advance(GRACE_MILLIS + 2 * TURN_MILLIS);
      assert.deepEqual(bench.lost, {});
      return bench;
    }

    const within: readonly (readonly [when: string, start: number])[] = [
      ['with it', 10_000.5],
      ['a nanosecond after it', 10_000.5 + NANO],
      ['in a later second and with fewer nanoseconds', 15_000],
      ['in an earlier second than its end and with more nanoseconds', 19_000.9],
      ['when it ends', 20_000.5],
    ];
    for (const [when, start] of within) {
      it(`leave with the root that was there when they started: ${when}`, () => {
        assert.deepEqual(twoRoots(start).names, [['first', 'orphan'], ['second']]);
      });
    }

    const outside: readonly (readonly [when: string, start: number])[] = [
      ['a nanosecond before the first', 10_000.5 - NANO],
      ['a second before the first and with more nanoseconds', 9000.9],
      ['a nanosecond after the end of the first', 20_000.5 + NANO],
      ['a second after the end of the first and with fewer nanoseconds', 21_000],
      ['during the second', 35_000],
    ];
    for (const [when, start] of outside) {
      it(`leave with the last root of their trace when no other was there: ${when}`, () => {
        assert.deepEqual(twoRoots(start).names, [['first'], ['second', 'orphan']]);
      });
    }

    it('are divided among the roots that were there', () => {
      const bench = new Bench();
      for (const start of [15_000, 35_000]) bench.add({ name: String(start), parent: MISSING, start });
      bench.add({ name: 'first', start: 10_000, end: 20_000 });
      bench.add({ name: 'second', start: 30_000, end: 40_000 });
      bench.clock.advance(GRACE_MILLIS + 2 * TURN_MILLIS);
      assert.deepEqual(bench.names, [
        ['first', '15000'],
        ['second', '35000'],
      ]);
    });

    it('leave with the only root that is kept, whenever they started', () => {
      const bench = new Bench();
      bench.exclusions['unsampled'] = 'unsampled';
      bench.add({ name: 'orphan', parent: MISSING, start: 0 });
      bench.add({ name: 'unsampled', start: 0 });
      bench.add({ name: 'kept', start: 30_000, end: 40_000 });
      bench.clock.advance(GRACE_MILLIS + 2 * TURN_MILLIS);
      assert.deepEqual(bench.names, [['kept', 'orphan']]);
    });

    it('are lost, the oldest trace first, when there are too many', () => {
      const bench = new Bench({ maxBufferedSpans: 3 });
      for (const index of [1, 1, 2, 2])
        bench.add({ name: `${index}`, parent: MISSING, traceId: traceId(index) });
      assert.deepEqual(bench.lost, { 'buffer_overflow/span': 2 });
      assert.equal(bench.collector.bufferedSpans, 2);
      bench.collector.drain();
      assert.deepEqual(bench.names, [['2'], ['2']]);
    });
  });

  describe('spans that arrive after their root has left', () => {
    /** Whether a child of a root that has left is known to be late, rather than waiting for its parent. */
    function isKnown(bench: Bench, parent: ReadableSpan): boolean {
      const { length } = bench.trees;
      bench.add({ name: 'late', parent });
      bench.clock.advance(TURN_MILLIS);
      return bench.trees.length === length + 1 && bench.trees.at(-1)?.isLate === true;
    }

    it('are late as long as their parent is remembered: 100,000 spans, the least recently used leave first', () => {
      const bench = new Bench();
      const roots = Array.from({ length: REMEMBERED_SPANS - 1 }, (_, index) =>
        bench.add({ traceId: traceId(index) }),
      );
      const [first, second, third] = roots;
      assert.ok(first && second && third);
      bench.collector.flush();
      assert.equal(isKnown(bench, first), true, 'the last for which there is room');
      assert.equal(isKnown(bench, second), true);
      assert.equal(isKnown(bench, third), false);
      assert.equal(isKnown(bench, first), true);
    });

    it('are counted once each towards what is remembered, in however many steps they arrive', () => {
      const bench = new Bench();
      const old = bench.add({ name: 'old', traceId: traceId(1) });
      const root = bench.add({ name: 'root', traceId: traceId(2) });
      for (let index = 0; index < 1000; index++) bench.add({ parent: root });
      bench.collector.flush();
      assert.equal(isKnown(bench, old), true);
    });
  });
});
