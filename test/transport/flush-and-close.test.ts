import assert from 'node:assert/strict';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import type { DeliveryOptions } from '../../src/transport/delivery-options.js';
import { assertBalanced, lossesOf } from '../support/accounts.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { networkError, ScriptedTransport, type Reaction } from '../support/scripted-transport.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };

function setUp(react?: Reaction, options: Partial<DeliveryOptions> = {}) {
  const clock = new FakeClock();
  const losses = new LossCounter();
  const transport = new ScriptedTransport(react);
  const delivery = new Delivery({
    transport,
    losses,
    clock,
    sdk: SDK,
    random: () => 0.5,
    sendClientReports: false,
    ...options,
  });
  return { clock, losses, transport, delivery };
}

/** The value of a promise, or `pending`. */
async function stateOf<T>(promise: Promise<T>): Promise<T | 'pending'> {
  await settle();
  return Promise.race([promise, Promise.resolve('pending' as const)]);
}

describe('Delivery.flush', () => {
  it('is true at once when there is nothing to wait for', async () => {
    const { delivery, clock } = setUp();
    assert.equal(await delivery.flush(1000), true);
    assert.equal(await delivery.flush(0), true);
    assert.equal(clock.pendingTimers, 0);
  });

  it('waits for what is in flight and for what is queued', async () => {
    const { delivery, transport } = setUp(undefined, { concurrency: 1 });
    void delivery.send(outgoingTransaction());
    void delivery.send(outgoingTransaction());
    const flushed = delivery.flush(1000);
    assert.equal(await stateOf(flushed), 'pending');
    transport.last.answer();
    assert.equal(await stateOf(flushed), 'pending');
    transport.last.answer(500);
    assert.equal(await flushed, true);
  });

  it('waits for pauses between attempts', async () => {
    const { delivery, clock } = setUp(({ fail }, index) => (index === 0 ? fail(networkError('EPIPE')) : 200));
    void delivery.send(outgoingTransaction());
    const flushed = delivery.flush(1000);
    await clock.advanceAsync(499);
    assert.equal(await stateOf(flushed), 'pending');
    await clock.advanceAsync(1);
    assert.equal(await flushed, true);
  });

  it('is false when the time is over, and harms nothing', async () => {
    const { delivery, transport, clock, losses } = setUp();
    const outgoing = outgoingTransaction();
    const outcome = delivery.send(outgoing);
    const flushed = delivery.flush(1000);
    await clock.advanceAsync(999);
    assert.equal(await stateOf(flushed), 'pending');
    await clock.advanceAsync(1);
    assert.equal(await flushed, false);
    transport.last.answer();
    assert.equal((await outcome).kind, 'delivered');
    assertBalanced(delivery, losses, [outgoing]);
  });

  it('does not wait for what is handed over later', async () => {
    const { delivery, transport } = setUp();
    void delivery.send(outgoingTransaction());
    const flushed = delivery.flush(1000);
    void delivery.send(outgoingTransaction());
    transport.calls[0]?.answer();
    assert.equal(await flushed, true);
  });

  it('waits for the slow one when later ones overtake it', async () => {
    const { delivery, transport } = setUp();
    for (let i = 0; i < 3; i++) void delivery.send(outgoingTransaction());
    const flushed = delivery.flush(1000);
    transport.calls[1]?.answer();
    transport.calls[2]?.answer();
    assert.equal(await stateOf(flushed), 'pending');
    transport.calls[0]?.answer();
    assert.equal(await flushed, true);
  });

  it('can be called many times at once, each with its own deadline', async () => {
    const { delivery, transport, clock } = setUp();
    void delivery.send(outgoingTransaction());
    const early = delivery.flush(100);
    const late = Array.from({ length: 50 }, () => delivery.flush(1000));
    await clock.advanceAsync(100);
    assert.equal(await early, false);
    transport.last.answer();
    assert.deepEqual(
      await Promise.all(late),
      late.map(() => true),
    );
    assert.equal(clock.pendingTimers, 0);
  });

  for (const timeoutMillis of [Infinity, 2 ** 31, Number.MAX_VALUE]) {
    it(`waits patiently when given ${timeoutMillis} ms`, async () => {
      const { delivery, transport, clock } = setUp();
      void delivery.send(outgoingTransaction());
      const flushed = delivery.flush(timeoutMillis);
      await clock.advanceAsync(9000);
      assert.equal(await stateOf(flushed), 'pending');
      transport.last.answer();
      assert.equal(await flushed, true);
    });
  }

  for (const timeoutMillis of [0, -1, NaN, -Infinity]) {
    it(`does not wait when given ${timeoutMillis} ms`, async () => {
      const { delivery, clock } = setUp();
      void delivery.send(outgoingTransaction());
      const flushed = delivery.flush(timeoutMillis);
      clock.advance(0);
      assert.equal(await flushed, false);
    });
  }
});

describe('Delivery.close', () => {
  it('sends what it has, then releases the transport', async () => {
    const { delivery, transport } = setUp();
    void delivery.send(outgoingTransaction());
    const closed = delivery.close(1000);
    assert.equal(await stateOf(closed), 'pending');
    assert.equal(transport.closed, 0);
    transport.last.answer();
    assert.equal(await closed, true);
    assert.equal(transport.closed, 1);
  });

  it('refuses what is handed over after the call, and counts it', async () => {
    const { delivery, transport, losses } = setUp(() => 200);
    const outgoing = [outgoingTransaction({ spans: 0 }), outgoingTransaction({ spans: 0 })];
    const closed = delivery.close(1000);
    const outcomes = [await delivery.send(outgoing[0] ?? outgoingTransaction())];
    await closed;
    outcomes.push(await delivery.send(outgoing[1] ?? outgoingTransaction()));
    assert.deepEqual(outcomes, [
      { kind: 'dropped', reason: 'queue_overflow' },
      { kind: 'dropped', reason: 'queue_overflow' },
    ]);
    assert.deepEqual(lossesOf(losses), { 'queue_overflow/transaction': 2, 'queue_overflow/span': 2 });
    assert.equal(transport.calls.length, 0);
    assertBalanced(delivery, losses, outgoing);
  });

  it('gives up what is left when the time is over, and counts it', async () => {
    const { delivery, transport, losses, clock } = setUp(undefined, { concurrency: 2 });
    const outgoing = Array.from({ length: 5 }, () => outgoingTransaction({ spans: 0 }));
    const outcomes = outgoing.map(each => delivery.send(each));
    const closed = delivery.close(1000);
    await clock.advanceAsync(1000);
    assert.equal(await closed, false);
    assert.deepEqual(
      (await Promise.all(outcomes)).map(({ kind }) => kind),
      ['failed', 'failed', 'dropped', 'dropped', 'dropped'],
    );
    assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 5, 'network_error/span': 5 });
    assert.equal(transport.closed, 1);
    assertBalanced(delivery, losses, outgoing);
    transport.calls[0]?.answer();
    await settle();
    assertBalanced(delivery, losses, outgoing);
  });

  it('gives up pauses between attempts', async () => {
    const { delivery, transport, clock } = setUp(({ fail }) => fail(networkError('ECONNREFUSED')));
    const outcome = delivery.send(outgoingTransaction());
    const closed = delivery.close(100);
    await clock.advanceAsync(100);
    assert.equal(await closed, false);
    assert.equal((await outcome).kind, 'failed');
    await clock.advanceAsync(100_000);
    assert.equal(transport.calls.length, 1);
  });

  it('leaves no timer behind', async () => {
    const { delivery, clock } = setUp(undefined, { sendClientReports: true });
    for (let i = 0; i < 3; i++) void delivery.send(outgoingTransaction());
    const closed = delivery.close(1000);
    await clock.advanceAsync(1000);
    await closed;
    assert.equal(clock.pendingTimers, 0);
  });

  it('can be called again, with a deadline of its own', async () => {
    const { delivery, transport, clock } = setUp();
    void delivery.send(outgoingTransaction());
    const first = delivery.close(1000);
    const impatient = delivery.close(10);
    const patient = delivery.close(5000);
    await clock.advanceAsync(10);
    assert.equal(await impatient, false);
    transport.last.answer();
    assert.deepEqual(await Promise.all([first, patient, delivery.close(0)]), [true, true, true]);
    assert.equal(transport.closed, 1);
  });

  it('leaves nothing to flush', async () => {
    const { delivery } = setUp();
    await delivery.close(1000);
    assert.equal(await delivery.flush(1000), true);
    assert.equal(delivery.snapshot().isClosed, true);
  });

  it('survives a transport that fails to close, or cannot', async () => {
    const send = () => Promise.resolve({ statusCode: 200 });
    const close = () => {
      throw new Error('close');
    };
    for (const transport of [{ send, close }, { send }]) {
      assert.equal(await setUp(undefined, { transport }).delivery.close(1000), true);
    }
  });

  it('leaves no rejection behind when the transport closes asynchronously and fails', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    try {
      const transport = {
        send: () => Promise.resolve({ statusCode: 200 }),
        close: () => Promise.reject(new Error('close')),
      };
      assert.equal(await setUp(undefined, { transport }).delivery.close(1000), true);
      await new Promise(resolve => setImmediate(resolve));
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', listener);
    }
  });
});
