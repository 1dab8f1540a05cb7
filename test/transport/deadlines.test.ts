import assert from 'node:assert/strict';
import { Deadlines } from '../../src/transport/deadlines.js';
import { FakeClock } from '../support/fake-clock.js';

class Bench {
  readonly clock = new FakeClock();
  readonly deadlines = new Deadlines(this.clock);
  readonly expired: string[] = [];

  watch(name: string, timeoutMillis: number): () => void {
    return this.deadlines.watch(() => this.expired.push(name), timeoutMillis);
  }
}

describe('Deadlines', () => {
  it('tells each once when its time is over, in whatever order they were watched', () => {
    const bench = new Bench();
    bench.watch('late', 300);
    bench.watch('early', 100);
    bench.clock.advance(99);
    assert.deepEqual(bench.expired, []);
    bench.clock.advance(1);
    assert.deepEqual(bench.expired, ['early']);
    bench.clock.advance(1000);
    assert.deepEqual(bench.expired, ['early', 'late']);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('does not tell what was forgotten', () => {
    const bench = new Bench();
    bench.watch('forgotten', 100)();
    bench.watch('kept', 200);
    bench.clock.advance(1000);
    assert.deepEqual(bench.expired, ['kept']);
  });

  it('needs one timer for all of them, and none when there is nothing to watch', () => {
    const bench = new Bench();
    const forget = Array.from({ length: 100 }, (_, index) => bench.watch('answered', 10_000 + index));
    assert.equal(bench.clock.pendingTimers, 1);
    for (const each of forget) each();
    assert.equal(bench.clock.pendingTimers, 0);
    bench.watch('last', 10_000);
    bench.clock.advance(10_000);
    assert.deepEqual(bench.expired, ['last']);
  });

  it('leaves no timer behind when it is stopped', () => {
    const bench = new Bench();
    bench.watch('one', 100);
    bench.deadlines.stop();
    assert.equal(bench.clock.pendingTimers, 0);
    bench.clock.advance(1000);
    assert.deepEqual(bench.expired, []);
  });
});
