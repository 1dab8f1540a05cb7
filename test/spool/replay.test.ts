import assert from 'node:assert/strict';
import { lossesOf } from '../support/accounts.js';
import { FakeClock } from '../support/fake-clock.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { networkError, type Reaction } from '../support/scripted-transport.js';
import {
  assertSpoolBalanced,
  envelopeFiles,
  passUntil,
  Spooling,
  until,
  type SpooledDelivery,
} from '../support/spooling.js';
import { TRACE_ID } from '../support/trace-headers.js';

const CERTIFICATE = new Error('certificate has expired');

/** Fails until told otherwise, then reacts. */
function network(react: Reaction = () => 200) {
  const state = { isUp: false, react };
  const reaction: Reaction = (call, index) =>
    state.isUp ? state.react(call, index) : call.fail(CERTIFICATE);
  return { state, reaction };
}

const limit = (header: string, statusCode = 429) => ({
  statusCode,
  headers: { 'x-sentry-rate-limits': header },
});

describe('replay of the spool', () => {
  let spooling: Spooling;

  beforeEach(async () => void (spooling = await Spooling.create()));
  afterEach(() => spooling.cleanUp());

  /** Leaves envelopes on disk, as a process that has ended. */
  async function leave(...names: string[]): Promise<void> {
    const { delivery } = spooling.start({ react: ({ fail }) => fail(CERTIFICATE) });
    for (const name of names) await delivery.send(outgoingTransaction({ name }));
    await delivery.close(1000);
  }

  /** Moves time on until that many requests were made, and returns at which times. */
  async function timesOfCalls(spooled: SpooledDelivery, count: number): Promise<number[]> {
    const { clock, transport } = spooled;
    const times: number[] = [];
    const before = transport.calls.length;
    while (times.length < count) {
      const done = before + times.length;
      await passUntil(spooled, () => transport.calls.length > done, 50);
      times.push(clock.monotonicMillis());
    }
    return times;
  }

  it('sends what another process left, oldest first and spaced, after a while', async () => {
    await leave('first', 'second', 'third');
    const spooled = spooling.start({ react: () => 200 });
    const { transport, delivery, folder } = spooled;
    const times = await timesOfCalls(spooled, 3);
    assert.deepEqual(transport.sent, ['first', 'second', 'third']);
    assert.ok((times[0] ?? 0) >= 2500);
    for (const [index, time] of times.entries()) {
      if (index > 0) assert.ok(time - (times[index - 1] ?? 0) >= 100);
    }
    await passUntil(spooled, () => spooled.spool().items === 0);
    assert.deepEqual(await envelopeFiles(folder), []);
    assert.deepEqual(delivery.snapshot().delivered, [
      { category: 'transaction', quantity: 3 },
      { category: 'span', quantity: 9 },
    ]);
  });

  for (const [random, millis] of [
    [0, 0],
    [0.999, 4995],
  ] as const) {
    it(`begins ${millis} ms after the start when chance says ${random}`, async () => {
      await leave('one');
      const spooled = spooling.start({ react: () => 200, delivery: { random: () => random } });
      const { clock, transport } = spooled;
      await clock.advanceAsync(Math.max(0, millis - 1));
      if (millis > 0) assert.deepEqual(spooled.disk.operations, []);
      await passUntil(spooled, () => transport.calls.length === 1, 1);
    });
  }

  it('writes the time of sending, and everything else as it was', async () => {
    const clock = new FakeClock();
    const { state, reaction } = network();
    const sentAt: string[] = [];
    const react: Reaction = (call, index) => {
      sentAt.push(new Date(clock.epochMillis()).toISOString());
      return reaction(call, index);
    };
    const spooled = spooling.start({ react, settings: { clock } });
    const outgoing = outgoingTransaction({ name: 'Grüße 😀' });
    const trace = { trace_id: TRACE_ID, public_key: 'b'.repeat(32) };
    const headers = { ...outgoing.envelope.headers, trace };
    await spooled.delivery.send({ ...outgoing, envelope: { ...outgoing.envelope, headers } });
    state.isUp = true;
    await passUntil(spooled, () => spooled.transport.calls.length === 2, 50);
    const [first, second] = spooled.transport.calls;
    assert.ok(first !== undefined && second !== undefined);
    const { sent_at: firstSentAt, ...firstHeaders } = first.envelope.headers;
    const { sent_at: secondSentAt, ...secondHeaders } = second.envelope.headers;
    assert.deepEqual(secondHeaders, firstHeaders);
    assert.deepEqual(second.envelope.items, first.envelope.items);
    assert.notEqual(secondSentAt, firstSentAt);
    assert.deepEqual([firstSentAt, secondSentAt], sentAt);
  });

  it('waits before it tries again what could not be sent a moment ago', async () => {
    await leave('old');
    const spooled = spooling.start({
      react: ({ fail }, index) => (index === 0 ? fail(CERTIFICATE) : 200),
      delivery: { random: () => 0.999 },
    });
    await spooled.delivery.send(outgoingTransaction({ name: 'new' }));
    await spooled.clock.advanceAsync(4900);
    assert.deepEqual(spooled.transport.sent, ['new']);
    await passUntil(spooled, () => spooled.spool().items === 0);
    assert.deepEqual(spooled.transport.sent, ['new', 'old', 'new']);
  });

  it('waits twice as long after each failure, up to an hour', async () => {
    await leave('one');
    const spooled = spooling.start({
      react: ({ fail }) => fail(networkError('ECONNREFUSED')),
      delivery: { random: () => 0 },
    });
    const { clock, transport } = spooled;
    await passUntil(spooled, () => transport.calls.length === 1, 10);
    const seconds = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600];
    for (const [index, pause] of seconds.entries()) {
      await clock.advanceAsync(pause * 1000 - 200);
      assert.equal(transport.calls.length, index + 1, `before ${pause} s`);
      await passUntil(spooled, () => transport.calls.length === index + 2, 50);
      assert.equal(spooled.spool().items, 1);
    }
    assertSpoolBalanced(spooled, [], spooled.spool().quantities);
  });

  it('goes on at once when something new gets through', async () => {
    await leave('old');
    const { state, reaction } = network();
    const spooled = spooling.start({ react: reaction, delivery: { random: () => 0 } });
    const { clock, transport, delivery } = spooled;
    await passUntil(spooled, () => transport.calls.length === 1, 10);
    await clock.advanceAsync(5000);
    await passUntil(spooled, () => transport.calls.length === 2, 10);
    state.isUp = true;
    await delivery.send(outgoingTransaction({ name: 'new' }));
    assert.deepEqual(transport.sent, ['old', 'old', 'new']);
    const before = clock.monotonicMillis();
    await passUntil(spooled, () => transport.calls.length === 4, 10);
    assert.ok(clock.monotonicMillis() - before < 300);
    assert.deepEqual(transport.sent.slice(2), ['new', 'old']);
  });

  it('begins with a short pause again after a success', async () => {
    await leave('one', 'two');
    const outcomes = ['fail', 'fail', 'ok', 'fail', 'ok'];
    const spooled = spooling.start({
      react: ({ fail }, index) => (outcomes[index] === 'fail' ? fail(CERTIFICATE) : 200),
      delivery: { random: () => 0 },
    });
    const times = await timesOfCalls(spooled, 5);
    const pauses = times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) / 1000));
    assert.deepEqual(pauses, [5, 10, 0, 5]);
  });

  it('sends one at a time, beside what is new', async () => {
    await leave('one', 'two');
    const spooled = spooling.start({ delivery: { random: () => 0, concurrency: 1 } });
    const { clock, transport, delivery } = spooled;
    await passUntil(spooled, () => transport.calls.length === 1, 10);
    void delivery.send(outgoingTransaction({ name: 'new' }));
    await clock.advanceAsync(5000);
    assert.deepEqual(transport.sent, ['one', 'new']);
  });

  it('is not waited for by flush', async () => {
    await leave('one');
    const spooled = spooling.start({ delivery: { random: () => 0 } });
    const { transport, delivery } = spooled;
    await passUntil(spooled, () => transport.calls.length === 1, 10);
    assert.equal(await delivery.flush(0), true);
  });

  describe('with an answer', () => {
    for (const [status, losses] of [
      [429, {}],
      [413, { 'send_error/transaction': 1, 'send_error/span': 3 }],
      [500, { 'send_error/transaction': 1, 'send_error/span': 3 }],
    ] as const) {
      it(`of ${status} is over, and accounted for`, async () => {
        await leave('one');
        const spooled = spooling.start({ react: () => status, delivery: { random: () => 0 } });
        await passUntil(spooled, () => spooled.transport.calls.length === 1, 10);
        await until(() => spooled.spool().items === 0);
        assert.deepEqual(lossesOf(spooled.losses), losses);
        assertSpoolBalanced(spooled, [outgoingTransaction()]);
        await passUntil(spooled, () => spooled.clock.monotonicMillis() > 200_000, 10_000);
        assert.equal(spooled.transport.calls.length, 1);
        assert.deepEqual(await envelopeFiles(spooled.folder), []);
      });
    }
  });

  describe('rate limits', () => {
    it('hold back what they limit, and nothing else', async () => {
      const { state, reaction } = network((_call, index) =>
        index === 3 ? limit('600:transaction:key', 200) : 200,
      );
      const spooled = spooling.start({ react: reaction });
      const { clock, delivery, transport } = spooled;
      await delivery.send(outgoingTransaction({ name: 'one' }));
      await delivery.send(outgoingTransaction({ name: 'two' }));
      await delivery.send(outgoingError());
      state.isUp = true;
      await passUntil(spooled, () => transport.calls.length === 5, 50);
      assert.deepEqual(transport.sent.slice(3), ['one', 'event']);
      const before = clock.monotonicMillis();
      await passUntil(spooled, () => transport.calls.length === 6, 1000);
      assert.equal(transport.sent.at(-1), 'two');
      const waited = clock.monotonicMillis() - before;
      assert.ok(waited > 590_000 && waited < 610_000, `waited ${waited} ms`);
      await passUntil(spooled, () => spooled.spool().items === 0);
      assertSpoolBalanced(spooled, [outgoingTransaction(), outgoingTransaction(), outgoingError()]);
    });

    it('on everything hold back everything, after a 429 that is not sent again', async () => {
      await leave('one', 'two');
      const spooled = spooling.start({
        react: (_call, index) => (index === 0 ? limit('600::key') : 200),
        delivery: { random: () => 0 },
      });
      const { clock, transport } = spooled;
      await passUntil(spooled, () => transport.calls.length === 1, 10);
      await clock.advanceAsync(599_000);
      assert.deepEqual(transport.sent, ['one']);
      await passUntil(spooled, () => transport.calls.length === 2, 100);
      assert.deepEqual(transport.sent, ['one', 'two']);
      await passUntil(spooled, () => spooled.spool().items === 0);
      assert.deepEqual(lossesOf(spooled.losses), {});
      assertSpoolBalanced(spooled, [outgoingTransaction(), outgoingTransaction()]);
    });
  });

  it('keeps what is being sent when delivery is closed', async () => {
    await leave('one');
    const spooled = spooling.start({ delivery: { random: () => 0 } });
    const { clock, transport, delivery, folder } = spooled;
    await passUntil(spooled, () => transport.calls.length === 1, 10);
    assert.equal(await delivery.close(1000), true);
    assert.equal((await envelopeFiles(folder)).length, 1);
    assert.equal(clock.pendingTimers, 0);
  });

  it('sends nothing again that could not be removed, until that can be done', async () => {
    await leave('one', 'two');
    const spooled = spooling.start({ react: () => 200, delivery: { random: () => 0 } });
    const { clock, transport, disk, folder } = spooled;
    disk.fail = (operation, path) =>
      operation === 'remove' && path.endsWith('.envelope') ? 'EROFS' : undefined;
    await passUntil(spooled, () => transport.calls.length === 1, 10);
    await clock.advanceAsync(60_000);
    assert.deepEqual(transport.sent, ['one']);
    disk.fail = () => undefined;
    await passUntil(spooled, () => transport.calls.length === 2, 1000);
    assert.deepEqual(transport.sent, ['one', 'two']);
    await passUntil(spooled, () => spooled.spool().items === 0);
    assert.deepEqual(await envelopeFiles(folder), []);
    assertSpoolBalanced(spooled, [outgoingTransaction(), outgoingTransaction()]);
  });
});
