import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SendQueue } from '../../src/transport/send-queue.js';

describe('SendQueue', () => {
  it('gives back what it was given, in order, within its bounds', () => {
    const operation = fc.option(fc.nat(50), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 300 }),
        fc.nat(10),
        fc.nat(200),
        (operations, maxItems, maxBytes) => {
          const queue = new SendQueue<{ readonly size: number }>({ maxItems, maxBytes });
          const model: { readonly size: number }[] = [];
          const bytes = () => model.reduce((sum, { size }) => sum + size, 0);
          for (const size of operations) {
            if (size === undefined) assert.equal(queue.take(), model.shift());
            else {
              const item = { size };
              const fits = model.length < maxItems && bytes() + size <= maxBytes;
              assert.equal(queue.offer(item), fits);
              if (fits) model.push(item);
            }
            assert.deepEqual([queue.length, queue.bytes], [model.length, bytes()]);
            assert.equal(queue.isRelaxed, model.length * 2 <= maxItems && bytes() * 2 <= maxBytes);
          }
        },
      ),
    );
  });

  it('takes as long per item when it is long as when it is short', () => {
    const queue = new SendQueue({ maxItems: 1e6, maxBytes: 1e9 });
    const start = performance.now();
    for (let i = 0; i < 200_000; i++) queue.offer({ size: 1 });
    for (let i = 0; i < 200_000; i++) {
      queue.take();
      queue.offer({ size: 1 });
    }
    while (queue.take() !== undefined);
    assert.ok(performance.now() - start < 2000);
  });
});
