import assert from 'node:assert/strict';
import type { Span } from '@opentelemetry/api';
import { Tracing } from '../support/tracing.js';

const PENDING = 50_000;
const ROOTS = 300;
const ROUNDS = 7;

/** CPU milliseconds that short transactions take from their start to their delivery. */
async function costOfShortRoots(tracing: Tracing): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < ROOTS; index++) {
    const root = tracing.start('short');
    tracing.start('child', root).end();
    root.end();
  }
  await tracing.pass(20);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('short transactions beside a long one', () => {
  it('cost the same whether or not 50,000 finished children wait for an open root', async function () {
    this.timeout(60_000);
    const idle = new Tracing();
    const busy = new Tracing({ maxSpansPerTransaction: 1000 });
    const open: Span = busy.start('long job');
    for (let index = 0; index < PENDING; index++) busy.start('step', open).end();
    const cost = { idle: Infinity, busy: Infinity };
    // The least of several interleaved rounds: other work on the machine only ever adds.
    for (let round = 0; round < ROUNDS; round++) {
      cost.idle = Math.min(cost.idle, await costOfShortRoots(idle));
      cost.busy = Math.min(cost.busy, await costOfShortRoots(busy));
    }
    const ratio = cost.busy / cost.idle;
    assert.ok(ratio < 2, `ratio ${ratio.toFixed(2)}`);
    open.end();
    await busy.pass(20);
    const long = busy.mailbox.transactions.find(({ transaction }) => transaction === 'long job');
    assert.equal(long?.spans.length, 1000);
    assert.deepEqual(busy.losses(), { 'buffer_overflow/span': PENDING - 1000 });
  });

  it('all arrive when 200 roots end in one turn', async () => {
    const tracing = new Tracing();
    const roots = Array.from({ length: 200 }, (_, index) => tracing.start(`root ${index}`));
    for (const root of roots) root.end();
    await tracing.processor.forceFlush();
    assert.equal(tracing.mailbox.transactions.length, 200);
    assert.deepEqual(tracing.losses(), {});
  });

  it('neither recurse nor fail when 3,000 spans are nested', async () => {
    const tracing = new Tracing();
    const chain: Span[] = [];
    for (let depth = 0; depth < 3000; depth++) chain.push(tracing.start(`level ${depth}`, chain.at(-1)));
    for (const span of chain.reverse()) span.end();
    await tracing.pass(20);
    assert.equal(tracing.mailbox.transactions[0]?.spans.length, 1000);
    assert.deepEqual(tracing.losses(), { 'buffer_overflow/span': 1999 });
  });
});
