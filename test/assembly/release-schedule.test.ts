import assert from 'node:assert/strict';
import { ReleaseSchedule } from '../../src/assembly/release-schedule.js';
import { Segment, type SpanNode } from '../../src/assembly/segment.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { FakeClock } from '../support/fake-clock.js';

const GRACE_MILLIS = 1000;

class Bench {
  readonly clock = new FakeClock();
  readonly released: SpanNode[] = [];
  readonly schedule: ReleaseSchedule;
  onRelease: () => void = () => undefined;
  /** That leave with a root. */
  spans = 1;

  constructor(graceMillis = GRACE_MILLIS) {
    this.schedule = new ReleaseSchedule(this.clock, graceMillis, root => {
      this.released.push(root);
      this.onRelease();
      return this.spans;
    });
  }

  /** A root that has ended, with a number of descendants that are still open. */
  end(openSpans = 0): SpanNode {
    const record = new SegmentRecord({ traceId: 'a'.repeat(32), sampled: true });
    const segment = new Segment(record);
    segment.openSpans = openSpans;
    this.schedule.ended(segment.root);
    return segment.root;
  }
}

describe('ReleaseSchedule', () => {
  it('ends the grace of each root when it is over, with one timer for all of them', () => {
    const bench = new Bench();
    const first = bench.end(1);
    bench.clock.advance(500);
    const second = bench.end(1);
    bench.clock.advance(1);
    assert.equal(bench.clock.pendingTimers, 1);
    bench.clock.advance(GRACE_MILLIS - 500);
    assert.deepEqual(bench.released, [first]);
    bench.clock.advance(499);
    assert.deepEqual(bench.released, [first]);
    bench.clock.advance(1);
    assert.deepEqual(bench.released, [first, second]);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('releases a root with open descendants in its turn when there is no grace', () => {
    const bench = new Bench(0);
    let inTurn = 0;
    const root = bench.end(1);
    bench.clock.setTimer(() => (inTurn = bench.released.length), 1);
    bench.clock.advance(1);
    assert.equal(inTurn, 1);
    assert.deepEqual(bench.released, [root]);
  });

  it('releases a root that ends while others are released in a later turn', () => {
    const bench = new Bench();
    const turns: number[] = [];
    bench.onRelease = () => {
      turns.push(bench.clock.turns);
      if (turns.length === 1) bench.end();
    };
    bench.end();
    bench.clock.advance(10);
    assert.equal(bench.released.length, 2);
    assert.notEqual(turns[0], turns[1]);
  });

  it('releases what ends after part of a burst has left and the rest was sent off', () => {
    const bench = new Bench(0);
    bench.spans = 250;
    for (let count = 1; count <= 6; count++) bench.end();
    let inTurn = 0;
    bench.clock.setTimer(() => {
      inTurn = bench.released.length;
      bench.schedule.releaseAll();
    }, 1);
    bench.clock.advance(1);
    assert.equal(inTurn, 2);
    assert.equal(bench.released.length, 6);
    bench.end();
    bench.clock.advance(1);
    assert.equal(bench.released.length, 7);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('sets no second timer when roots are released early', () => {
    const bench = new Bench(0);
    bench.end();
    assert.equal(bench.schedule.releaseEarly(), true);
    assert.equal(bench.released.length, 1);
    bench.end();
    assert.equal(bench.clock.pendingTimers, 1);
  });

  it('releases each root once when everything is sent off while some are released', () => {
    const bench = new Bench();
    for (let count = 1; count <= 3; count++) bench.end();
    bench.onRelease = () => {
      bench.onRelease = () => undefined;
      bench.schedule.releaseAll();
    };
    bench.clock.advance(10);
    assert.equal(new Set(bench.released).size, 3);
    assert.equal(bench.released.length, 3);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('leaves no timer behind, and releases nothing twice, when everything was sent off at once', () => {
    const bench = new Bench();
    bench.end(1);
    bench.clock.advance(10);
    bench.end();
    bench.schedule.releaseAll();
    assert.equal(bench.released.length, 2);
    assert.equal(bench.clock.pendingTimers, 0);
    bench.schedule.releaseAll();
    assert.equal(bench.released.length, 2);
  });

  it('releases a root once when its last open descendant has ended', () => {
    const bench = new Bench();
    const { segment } = bench.end(1);
    bench.clock.advance(10);
    segment.openSpans = 0;
    bench.schedule.completed(segment);
    bench.clock.advance(GRACE_MILLIS);
    assert.deepEqual(bench.released, [segment.root]);
    bench.schedule.completed(segment);
    bench.clock.advance(GRACE_MILLIS);
    assert.deepEqual(bench.released, [segment.root]);
  });

  describe('released()', () => {
    it('resolves at once when nothing waits for its turn', async () => {
      const bench = new Bench();
      bench.end(1);
      bench.clock.advance(1);
      await bench.schedule.released();
      assert.deepEqual(bench.released, []);
    });

    it('resolves while others go on ending', async () => {
      const bench = new Bench(0);
      bench.spans = 500;
      bench.onRelease = () => bench.end();
      bench.end();
      bench.end();
      const released = bench.schedule.released();
      for (let turn = 0; turn < 5; turn++) bench.clock.advance(1);
      bench.onRelease = () => undefined;
      await released;
      assert.ok(bench.released.length >= 2);
    });

    for (const [how, go] of [
      ['in its turn', (bench: Bench) => bench.clock.advance(1)],
      ['with everything else', (bench: Bench) => bench.schedule.releaseAll()],
    ] as const) {
      it(`resolves when what waits is released ${how}`, async () => {
        const bench = new Bench();
        bench.end();
        let isReleased = false;
        const released = bench.schedule.released().then(() => (isReleased = true));
        await Promise.resolve();
        assert.equal(isReleased, false);
        go(bench);
        await released;
        assert.equal(bench.released.length, 1);
      });
    }
  });
});
