import assert from 'node:assert/strict';
import { lossesOf } from '../support/accounts.js';
import { FakeClock } from '../support/fake-clock.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { unreachable } from '../support/scripted-transport.js';
import { assertSpoolBalanced, envelopeFiles, passUntil, Spooling } from '../support/spooling.js';

const HOUR = 3_600_000;

describe('the bounds of the spool', () => {
  let spooling: Spooling;

  beforeEach(async () => void (spooling = await Spooling.create()));
  afterEach(() => spooling.cleanUp());

  it('are never exceeded: the oldest make room and are counted', async () => {
    const spooled = spooling.start({ react: unreachable, settings: { maxBytes: 10_000 } });
    const { delivery, losses, spool, folder } = spooled;
    const outgoing = Array.from({ length: 12 }, (_, index) =>
      outgoingTransaction({ bytes: 2000, spans: index }),
    );
    for (const each of outgoing) {
      assert.equal((await delivery.send(each)).kind, 'spooled');
      assert.ok(spool().bytes <= 10_000);
    }
    assert.equal(spool().items, 4);
    assert.equal((await envelopeFiles(folder)).length, 4);
    assert.deepEqual(lossesOf(losses), { 'cache_overflow/transaction': 8, 'cache_overflow/span': 8 + 28 });
    assertSpoolBalanced(spooled, outgoing);
  });

  it('hold for many that come at once', async () => {
    const spooled = spooling.start({ react: unreachable, settings: { maxBytes: 10_000 } });
    const outgoing = Array.from({ length: 30 }, () => outgoingTransaction({ bytes: 2000 }));
    await Promise.all(outgoing.map(each => spooled.delivery.send(each)));
    assert.ok(spooled.spool().bytes <= 10_000);
    assert.equal((await envelopeFiles(spooled.folder)).length, spooled.spool().items);
    assertSpoolBalanced(spooled, outgoing);
  });

  it('count losses by category', async () => {
    const spooled = spooling.start({ react: unreachable, settings: { maxBytes: 2000 } });
    await spooled.delivery.send(outgoingError());
    await spooled.delivery.send(outgoingTransaction({ spans: 0, bytes: 1500 }));
    assert.deepEqual(lossesOf(spooled.losses), { 'cache_overflow/error': 1 });
  });

  it('leave nothing out for what is larger than all of it', async () => {
    const spooled = spooling.start({ react: unreachable, settings: { maxBytes: 5000 } });
    const outgoing = [outgoingTransaction(), outgoingTransaction({ bytes: 5000 })];
    const outcomes = await Promise.all(outgoing.map(each => spooled.delivery.send(each)));
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['spooled', 'failed'],
    );
    assert.deepEqual(lossesOf(spooled.losses), { 'network_error/transaction': 1, 'network_error/span': 3 });
    assertSpoolBalanced(spooled, outgoing);
  });

  it('do not evict what is being sent', async () => {
    const spooled = spooling.start({
      react: (call, index) => (index === 3 ? undefined : call.fail(new Error('down'))),
      settings: { maxBytes: 7500 },
    });
    const { delivery, transport, losses, spool } = spooled;
    const outgoing = ['a', 'b', 'c', 'd'].map(name => outgoingTransaction({ name, bytes: 2000, spans: 0 }));
    for (const each of outgoing.slice(0, 3)) await delivery.send(each);
    await passUntil(spooled, () => transport.calls.length === 4);
    for (const each of outgoing.slice(3)) await delivery.send(each);
    assert.deepEqual(transport.sent, ['a', 'b', 'c', 'a', 'd']);
    assert.equal(spool().items, 3);
    transport.calls[3]?.answer(200);
    await passUntil(spooled, () => spool().items === 2);
    assert.deepEqual(lossesOf(losses), { 'cache_overflow/transaction': 1, 'cache_overflow/span': 1 });
    assertSpoolBalanced(spooled, outgoing);
  });

  it('end what is too old, and count it', async () => {
    const spooled = spooling.start({ react: unreachable, settings: { maxAgeMillis: HOUR } });
    const { clock, delivery, losses, spool, folder } = spooled;
    const outgoing = [outgoingTransaction(), outgoingError()];
    await delivery.send(outgoingTransaction());
    await clock.advanceAsync(HOUR / 2);
    await delivery.send(outgoingError());
    await passUntil(spooled, () => spool().items === 1, 60_000);
    assert.deepEqual(lossesOf(losses), { 'cache_overflow/transaction': 1, 'cache_overflow/span': 3 });
    await passUntil(spooled, () => spool().items === 0, 60_000);
    assert.deepEqual(await envelopeFiles(folder), []);
    assertSpoolBalanced(spooled, outgoing);
  });

  it('end what has become too old, or is from a distant future, while no process was there', async () => {
    for (const epoch of [5 * HOUR, -5 * HOUR]) {
      const before = spooling.start({ react: unreachable, settings: { maxAgeMillis: HOUR } });
      await before.delivery.send(outgoingTransaction());
      await before.delivery.close(1000);
      const clock = new FakeClock(new FakeClock().epochMillis() + epoch);
      const spooled = spooling.start({ react: unreachable, settings: { maxAgeMillis: HOUR, clock } });
      await passUntil(spooled, () => spooled.spool().isOwner);
      assert.equal(spooled.spool().items, 0);
      assert.deepEqual(lossesOf(spooled.losses), {
        'cache_overflow/transaction': 1,
        'cache_overflow/span': 3,
      });
      assert.equal(spooled.transport.calls.length, 0);
      await spooled.delivery.close(1000);
    }
  });

  it('are enforced on what a process with larger ones has left', async () => {
    const before = spooling.start({ react: unreachable });
    for (const name of ['a', 'b', 'c'])
      await before.delivery.send(outgoingTransaction({ name, bytes: 2000 }));
    await before.delivery.close(1000);
    const spooled = spooling.start({ react: () => 200, settings: { maxBytes: 5000 } });
    await passUntil(spooled, () => spooled.transport.calls.length === 2);
    assert.deepEqual(spooled.transport.sent, ['b', 'c']);
    assert.deepEqual(lossesOf(spooled.losses), { 'cache_overflow/transaction': 1, 'cache_overflow/span': 3 });
  });

  it('keep the order when the clock goes back', async () => {
    const clock = new FakeClock();
    let shift = 0;
    const jumping = new (class extends FakeClock {
      override epochMillis(): number {
        return super.epochMillis() + shift;
      }
    })(clock.epochMillis());
    const spooled = spooling.start({ react: unreachable, settings: { clock: jumping } });
    for (const name of ['a', 'b', 'c']) {
      await spooled.delivery.send(outgoingTransaction({ name }));
      shift -= 60_000;
    }
    await spooled.delivery.close(1000);
    const after = spooling.start({ react: () => 200 });
    await passUntil(after, () => after.transport.calls.length === 3);
    assert.deepEqual(after.transport.sent, ['a', 'b', 'c']);
  });
});
