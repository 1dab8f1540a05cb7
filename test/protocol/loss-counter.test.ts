import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  LossCounter,
  type DataCategory,
  type DropReason,
  type Loss,
} from '../../src/protocol/loss-counter.js';

const REASONS: readonly DropReason[] = ['sample_rate', 'before_send', 'network_error', 'buffer_overflow'];
const CATEGORIES: readonly DataCategory[] = ['transaction', 'span', 'error', 'profile'];

const anyLoss: fc.Arbitrary<Loss> = fc.record({
  reason: fc.constantFrom(...REASONS),
  category: fc.constantFrom(...CATEGORIES),
  quantity: fc.integer({ min: -2, max: 1000 }),
});

function sums(losses: readonly Loss[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { reason, category, quantity } of losses) {
    if (quantity > 0) result[`${reason}/${category}`] = (result[`${reason}/${category}`] ?? 0) + quantity;
  }
  return result;
}

describe('LossCounter', () => {
  it('is empty at first', () => {
    const losses = new LossCounter();
    assert.equal(losses.isEmpty, true);
    assert.deepEqual(losses.drain(), []);
    assert.deepEqual(losses.totals(), []);
  });

  it('tells of each reason once, when it is first counted', () => {
    const reasons: DropReason[] = [];
    const losses = new LossCounter(reason => reasons.push(reason));
    losses.add('sample_rate', 'span', 0);
    assert.deepEqual(reasons, []);
    losses.add('sample_rate', 'span');
    losses.add('sample_rate', 'transaction');
    losses.drain();
    losses.add('sample_rate', 'span');
    losses.add('before_send', 'span');
    assert.deepEqual(reasons, ['sample_rate', 'before_send']);
  });

  it('counts one unless told otherwise', () => {
    const losses = new LossCounter();
    losses.add('sample_rate', 'span');
    assert.equal(losses.isEmpty, false);
    assert.deepEqual(losses.drain(), [{ reason: 'sample_rate', category: 'span', quantity: 1 }]);
  });

  it('sums what has the same reason and category', () => {
    const losses = new LossCounter();
    losses.add('sample_rate', 'span', 2);
    losses.add('sample_rate', 'transaction');
    losses.add('before_send', 'span');
    losses.add('sample_rate', 'span', 3);
    assert.deepEqual(losses.drain(), [
      { reason: 'sample_rate', category: 'span', quantity: 5 },
      { reason: 'sample_rate', category: 'transaction', quantity: 1 },
      { reason: 'before_send', category: 'span', quantity: 1 },
    ]);
  });

  for (const quantity of [0, -0, -1, Number.NEGATIVE_INFINITY]) {
    it(`does not count ${quantity}`, () => {
      const losses = new LossCounter();
      losses.add('sample_rate', 'span', quantity);
      assert.equal(losses.isEmpty, true);
      assert.deepEqual(losses.totals(), []);
    });
  }

  it('hands a loss out once', () => {
    const losses = new LossCounter();
    losses.add('sample_rate', 'span');
    losses.drain();
    assert.equal(losses.isEmpty, true);
    assert.deepEqual(losses.drain(), []);
  });

  it('starts again from nothing after it handed losses out', () => {
    const losses = new LossCounter();
    losses.add('sample_rate', 'span', 5);
    const drained = losses.drain();
    losses.add('sample_rate', 'span');
    assert.deepEqual(losses.drain(), [{ reason: 'sample_rate', category: 'span', quantity: 1 }]);
    assert.deepEqual(drained, [{ reason: 'sample_rate', category: 'span', quantity: 5 }]);
  });

  it('takes back what could not be reported', () => {
    const losses = new LossCounter();
    losses.add('sample_rate', 'span', 5);
    const drained = losses.drain();
    losses.add('sample_rate', 'span');
    losses.add('before_send', 'span');
    losses.restore(drained);
    assert.deepEqual(sums(losses.drain()), { 'sample_rate/span': 6, 'before_send/span': 1 });
  });

  it('remembers everything, reported or not, and nothing twice', () => {
    const losses = new LossCounter();
    losses.add('sample_rate', 'span', 5);
    losses.restore(losses.drain());
    losses.add('sample_rate', 'span', 2);
    losses.drain();
    assert.deepEqual(losses.totals(), [{ reason: 'sample_rate', category: 'span', quantity: 7 }]);
  });

  it('cannot be changed through what it handed out', () => {
    const losses = new LossCounter();
    losses.add('sample_rate', 'span');
    for (const loss of losses.totals()) Reflect.set(loss, 'quantity', 100);
    assert.deepEqual(sums(losses.totals()), { 'sample_rate/span': 1 });
    const drained = losses.drain();
    losses.restore(drained);
    for (const loss of drained) Reflect.set(loss, 'quantity', 100);
    assert.deepEqual(sums(losses.drain()), { 'sample_rate/span': 1 });
  });

  it('holds no more entries than there are pairs of reason and category', () => {
    const losses = new LossCounter();
    for (let index = 0; index < 10_000; index++) losses.add('sample_rate', 'span');
    assert.equal(losses.totals().length, 1);
    assert.equal(losses.drain().length, 1);
  });

  it('reports exactly what was added, however often it is asked and reports fail', () => {
    const step = fc.oneof(
      anyLoss.map(loss => ({ kind: 'add' as const, loss })),
      fc.constant({ kind: 'report' as const }),
      fc.constant({ kind: 'fail' as const }),
    );
    fc.assert(
      fc.property(fc.array(step), steps => {
        const losses = new LossCounter();
        const reported: Loss[] = [];
        const added: Loss[] = [];
        for (const each of steps) {
          if (each.kind === 'add') {
            added.push(each.loss);
            losses.add(each.loss.reason, each.loss.category, each.loss.quantity);
          } else if (each.kind === 'report') reported.push(...losses.drain());
          else losses.restore(losses.drain());
        }
        reported.push(...losses.drain());
        assert.deepEqual(sums(reported), sums(added));
        assert.deepEqual(sums(losses.totals()), sums(added));
        assert.equal(losses.isEmpty, true);
      }),
    );
  });
});
