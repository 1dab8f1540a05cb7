import assert from 'node:assert/strict';
import { forEachInSteps, runSteps } from '../src/steps.js';

describe('forEachInSteps()', () => {
  const numbers = (length: number) => Array.from({ length }, (_, index) => index);

  for (const { length, stops } of [
    { length: 0, stops: 0 },
    { length: 1, stops: 0 },
    { length: 25, stops: 0 },
    { length: 26, stops: 1 },
    { length: 1000, stops: 39 },
  ]) {
    it(`stops ${stops} times when there are ${length} items, each used once and in order`, () => {
      const used: number[] = [];
      const steps = forEachInSteps(numbers(length), item => used.push(item));
      let stopped = 0;
      while (steps.next().done !== true) stopped++;
      assert.equal(stopped, stops);
      assert.deepEqual(used, numbers(length));
    });
  }

  it('does nothing before it is asked to begin', () => {
    const used: number[] = [];
    const steps = forEachInSteps([1], item => used.push(item));
    assert.deepEqual(used, []);
    runSteps(steps);
    assert.deepEqual(used, [1]);
  });
});
