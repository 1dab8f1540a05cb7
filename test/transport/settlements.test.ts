import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Settlements } from '../../src/transport/settlements.js';

describe('Settlements', () => {
  it('resolves when everything begun before has ended, whatever begins later', async () => {
    const operation = fc.oneof(fc.constant('begin' as const), fc.constant('wait' as const), fc.nat());
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 60 }), async operations => {
        const settlements = new Settlements();
        let open: number[] = [];
        const waiters: { pending: Set<number>; resolved: boolean }[] = [];
        for (const step of operations) {
          if (step === 'begin') open.push(settlements.begin());
          else if (step === 'wait') {
            const waiter = { pending: new Set(open), resolved: false };
            waiters.push(waiter);
            void settlements.settled().then(() => (waiter.resolved = true));
          } else if (open.length > 0) {
            const ended = open[step % open.length] ?? 0;
            open = open.filter(ticket => ticket !== ended);
            settlements.end(ended);
            for (const { pending } of waiters) pending.delete(ended);
          }
          await Promise.resolve();
          await Promise.resolve();
          for (const { pending, resolved } of waiters) assert.equal(resolved, pending.size === 0);
        }
      }),
    );
  });

  it('takes as long with many waiting as with few', () => {
    const settlements = new Settlements();
    const start = performance.now();
    const tickets = Array.from({ length: 50_000 }, () => {
      const ticket = settlements.begin();
      void settlements.settled();
      return ticket;
    });
    for (let ticket = tickets.pop(); ticket !== undefined; ticket = tickets.pop()) settlements.end(ticket);
    assert.ok(performance.now() - start < 2000);
  });
});
