import assert from 'node:assert/strict';
import { ConversionQueue } from '../src/conversion-queue.js';
import type { Steps } from '../src/steps.js';
import { FakeClock, settle } from './support/fake-clock.js';
import { RecordedLog } from './support/recorded-log.js';

const SPANS = 1000;

class Bench {
  readonly clock = new FakeClock();
  readonly queue = new ConversionQueue(this.clock);
  readonly done: string[] = [];

  /** Each step takes `stepMillis`. */
  add(name: string, steps: number, stepMillis = 1, spans = SPANS): void {
    this.queue.add(this.#work(name, steps, stepMillis), spans);
  }

  *#work(name: string, steps: number, stepMillis: number): Steps<void> {
    for (let step = 0; step < steps; step++) {
      if (step > 0) yield;
      this.clock.pass(stepMillis);
      this.done.push(`${name}${step}`);
    }
  }
}

describe('ConversionQueue', () => {
  it('converts a small tree at once', () => {
    const bench = new Bench();
    bench.add('a', 1);
    assert.deepEqual(bench.done, ['a0']);
    assert.equal(bench.queue.waitingSpans, 0);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('interrupts a large tree after three milliseconds and goes on in the next turn', () => {
    const bench = new Bench();
    bench.add('a', 5);
    assert.deepEqual(bench.done, ['a0', 'a1', 'a2']);
    assert.equal(bench.queue.waitingSpans, SPANS);
    bench.clock.advance(0);
    assert.deepEqual(bench.done, ['a0', 'a1', 'a2', 'a3', 'a4']);
    assert.equal(bench.queue.waitingSpans, 0);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('lets small trees that wait share a turn, in order of arrival', () => {
    const bench = new Bench();
    bench.add('a', 4);
    for (const name of ['b', 'c', 'd', 'e']) bench.add(name, 1);
    let inTurn: string[] = [];
    bench.clock.setTimer(() => (inTurn = bench.done.slice(3)), 0);
    bench.clock.advance(10);
    assert.deepEqual(inTurn, ['a3', 'b0', 'c0']);
    assert.deepEqual(bench.done.slice(3), ['a3', 'b0', 'c0', 'd0', 'e0']);
  });

  it('converts the oldest at once when more than 10,000 spans wait', () => {
    const bench = new Bench();
    bench.add('a', 10);
    bench.add('b', 1, 1, 9000);
    assert.equal(bench.queue.waitingSpans, 10_000);
    bench.add('c', 1, 1, 1);
    assert.equal(bench.done.at(-1), 'a9');
    assert.equal(bench.queue.waitingSpans, 9001);
  });

  it('converts everything when it is drained', () => {
    const bench = new Bench();
    bench.add('a', 10);
    bench.add('b', 2);
    bench.queue.drain();
    assert.equal(bench.done.length, 12);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('is not confused when a hook of what is being converted drains it, or adds to it', () => {
    const { clock, queue } = new Bench();
    const done: string[] = [];
    function* hooked(): Steps<void> {
      queue.drain();
      queue.add(inner(), 1);
      yield;
      done.push('outer');
    }
    function* inner(): Steps<void> {
      yield;
      done.push('inner');
    }
    queue.add(hooked(), 1);
    clock.advance(0);
    assert.deepEqual(done, ['outer', 'inner']);
    assert.equal(queue.waitingSpans, 0);
  });

  it('goes on with the others when one fails', () => {
    const { queue } = new Bench();
    const log = new RecordedLog();
    function* failing(): Steps<void> {
      yield;
      throw new Error('broken');
    }
    queue.add(failing(), 1);
    log.stop();
    assert.deepEqual(log.lines, ['error: converting a tree failed: Error: broken']);
    assert.equal(queue.waitingSpans, 0);
  });

  it('tells when nothing waits any more', async () => {
    const bench = new Bench();
    await bench.queue.idle();
    bench.add('a', 5);
    let isIdle = false;
    void bench.queue.idle().then(() => (isIdle = true));
    await settle();
    assert.equal(isIdle, false);
    bench.clock.advance(0);
    await settle();
    assert.equal(isIdle, true);
  });
});
