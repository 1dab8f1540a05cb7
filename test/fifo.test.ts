import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Fifo } from '../src/fifo.js';
import { collectGarbage } from './support/collect-garbage.js';
import { runs } from './support/property-runs.js';

describe('Fifo', () => {
  it('gives back what was pushed, in order, whatever happens in between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('push', 'push', 'take', 'take all'), { maxLength: 200 }),
        steps => {
          const fifo = new Fifo<{ readonly index: number }>();
          const expected: number[] = [];
          for (const [index, step] of steps.entries()) {
            if (step === 'push') {
              fifo.push({ index });
              expected.push(index);
            } else if (step === 'take') assert.equal(fifo.take()?.index, expected.shift());
            else {
              assert.deepEqual(
                fifo.takeAll().map(item => item.index),
                expected.splice(0),
              );
            }
            assert.equal(fifo.length, expected.length);
            assert.equal(fifo.first?.index, expected[0]);
          }
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it('holds nothing that was taken while others wait', async () => {
    const fifo = new Fifo<object>();
    const taken: WeakRef<object>[] = [];
    for (let count = 0; count < 100; count++) fifo.push({});
    for (let count = 0; count < 1000; count++) {
      fifo.push({});
      const item = fifo.take();
      assert.ok(item);
      taken.push(new WeakRef(item));
    }
    await collectGarbage();
    assert.ok(taken.filter(ref => ref.deref() !== undefined).length <= 1);
    assert.equal(fifo.length, 100);
  });
});
