import assert from 'node:assert/strict';
import { parseDsn } from '../../src/protocol/dsn.js';
import { serializeEnvelope } from '../../src/protocol/envelope.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import type { DeliveryOptions } from '../../src/transport/delivery-options.js';
import { createHttpTransport } from '../../src/transport/http-transport.js';
import { assertBalanced, lossesOf } from '../support/accounts.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { FakeSentry, type Mischief } from '../support/fake-sentry.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { takeWireProblems } from '../support/wire-problems.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const TIMEOUT_MILLIS = 10_000;
const ENVELOPE = serializeEnvelope({ headers: {}, items: [] });

describe('Delivery over HTTP', () => {
  let sentry: FakeSentry;
  let clock: FakeClock;
  let losses: LossCounter;
  let delivery: Delivery;

  function create(options: Partial<DeliveryOptions> = {}, url = sentry.envelopeUrl): Delivery {
    const transport = createHttpTransport({ url, sdk: SDK, clock });
    return new Delivery({ transport, losses, clock, sdk: SDK, random: () => 0.5, ...options });
  }

  beforeEach(async () => {
    sentry = await FakeSentry.start();
    clock = new FakeClock();
    losses = new LossCounter();
    delivery = create();
  });

  afterEach(async () => {
    const closed = delivery.close(0);
    clock.advance(0);
    await closed;
    await sentry.close();
  });

  /** Number of spans in transactions Sentry accepted, their roots included, each having had two children. */
  const acceptedSpans = () => sentry.accepted('transaction').length * 3;

  it('delivers what Sentry accepts', async () => {
    const outgoing = [
      outgoingTransaction(),
      outgoingError(),
      outgoingTransaction({ bytes: 100_000, name: 'Größe 🎈' }),
    ];
    const outcomes = await Promise.all(outgoing.map(each => delivery.send(each)));
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['delivered', 'delivered', 'delivered'],
    );
    assert.deepEqual(sentry.violations, []);
    assert.equal(sentry.accepted('transaction').length, 2);
    assertBalanced(delivery, losses, outgoing);
  });

  it('delivers through a tunnel', async () => {
    const viaTunnel = create({ dsn: parseDsn(sentry.dsn) }, sentry.tunnelUrl);
    assert.equal((await viaTunnel.send(outgoingTransaction())).kind, 'delivered');
    losses.add('sample_rate', 'span');
    assert.equal(await viaTunnel.close(1000), true);
    assert.deepEqual(sentry.reportedLosses(), { 'sample_rate/span': 1 });
    assert.deepEqual(sentry.violations, []);
  });

  it('counts a transaction that is too large as Sentry says so', async () => {
    const outgoing = outgoingTransaction({ bytes: 1024 * 1024 + 1 });
    assert.deepEqual(await delivery.send(outgoing), { kind: 'rejected', statusCode: 413 });
    assert.equal(await delivery.flush(1000), true);
    assert.deepEqual(sentry.reportedLosses(), { 'send_error/transaction': 1, 'send_error/span': 3 });
    assertBalanced(delivery, losses, [outgoing]);
    assert.deepEqual(takeWireProblems(), ['a transaction has 1048577 of 1048576 bytes']);
  });

  it('delivers hundreds at a time over thirty connections', async () => {
    const gate = new Promise<void>(resolve => void sentry.received(30).then(resolve));
    sentry.answerAlways({ after: gate });
    const outgoing = Array.from({ length: 300 }, () => outgoingTransaction());
    await Promise.all(outgoing.map(each => delivery.send(each)));
    assert.equal(sentry.connections, 30);
    assert.equal(acceptedSpans(), 900);
    assertBalanced(delivery, losses, outgoing);
  });

  it('stops when limited in the middle of a burst', async () => {
    const narrow = create({ concurrency: 1 });
    sentry.answerNext({}, {}, { status: 429, headers: { 'X-Sentry-Rate-Limits': '60:transaction:key' } });
    const outgoing = Array.from({ length: 10 }, () => outgoingTransaction());
    await Promise.all(outgoing.map(each => narrow.send(each)));
    assert.equal(sentry.requests.length, 3);
    assert.equal(acceptedSpans(), 6);
    assert.deepEqual(lossesOf(losses), { 'ratelimit_backoff/transaction': 7, 'ratelimit_backoff/span': 21 });
    assertBalanced(narrow, losses, outgoing);
    await narrow.close(1000);
    assert.deepEqual(sentry.reportedLosses(), {
      'ratelimit_backoff/transaction': 7,
      'ratelimit_backoff/span': 21,
    });
  });

  for (const mischief of ['never', 'slow-headers'] as const) {
    it(`gives up a request that is answered ${mischief}`, async () => {
      sentry.answerNext(mischief);
      const outgoing = outgoingTransaction();
      const outcome = delivery.send(outgoing);
      await sentry.received(1);
      await clock.advanceAsync(TIMEOUT_MILLIS);
      assert.equal((await outcome).kind, 'failed');
      assert.equal(sentry.requests.length, 1, 'Sentry may have it: not sent again');
      assertBalanced(delivery, losses, [outgoing]);
    });
  }

  it('goes on with others while one is never answered', async () => {
    sentry.answerNext('never');
    const outgoing = Array.from({ length: 20 }, () => outgoingTransaction());
    const settled: unknown[] = [];
    const outcomes = outgoing.map(each => delivery.send(each).finally(() => settled.push(each)));
    while (settled.length < 19) await settle();
    const flushed = delivery.flush(1000);
    clock.advance(1000);
    assert.equal(await flushed, false);
    clock.advance(TIMEOUT_MILLIS);
    await Promise.all(outcomes);
    assert.equal(acceptedSpans(), 57);
    assertBalanced(delivery, losses, outgoing);
  });

  it('closes in time although nothing is ever answered', async () => {
    sentry.answerAlways('never');
    const outgoing = Array.from({ length: 100 }, () => outgoingTransaction());
    const outcomes = outgoing.map(each => delivery.send(each));
    await sentry.received(30);
    const closed = delivery.close(2000);
    await clock.advanceAsync(2000);
    assert.equal(await closed, false);
    await Promise.all(outcomes);
    assertBalanced(delivery, losses, outgoing);
    while (sentry.openConnections > 0) await settle();
  });

  it('sends again over a new connection what an old one did not take', async () => {
    await delivery.send(outgoingTransaction());
    sentry.answerNext('reset');
    assert.equal((await delivery.send(outgoingTransaction())).kind, 'delivered');
    assert.equal(clock.pendingTimers, 1, 'only that of client reports: there was no pause');
    assert.ok(losses.isEmpty);
  });

  it('recovers from an interruption', async () => {
    sentry.answerNext('reset', 'reset');
    const outgoing = outgoingTransaction();
    const outcome = delivery.send(outgoing);
    for (const [requests, pause] of [
      [1, 500],
      [2, 1500],
    ] as const) {
      await sentry.received(requests);
      while (clock.pendingTimers !== 2) await settle();
      await clock.advanceAsync(pause);
    }
    assert.equal((await outcome).kind, 'delivered');
    assertBalanced(delivery, losses, [outgoing]);
  });

  it('survives that nobody listens while hundreds wait for a connection', async () => {
    const transport = createHttpTransport({ url: sentry.envelopeUrl, sdk: SDK, clock });
    await sentry.close();
    const results = await Promise.allSettled(
      Array.from({ length: 300 }, () => transport.send(ENVELOPE, TIMEOUT_MILLIS)),
    );
    transport.close();
    assert.ok(results.every(({ status }) => status === 'rejected'));
  });

  it('counts what a server that is down does not take, and reports it when it is back', async () => {
    const { port } = sentry;
    await sentry.close();
    const outgoing = [outgoingTransaction(), outgoingTransaction()];
    const outcomes = outgoing.map(each => delivery.send(each));
    const all = Promise.all(outcomes);
    for (let done = false; !done;) {
      done = await Promise.race([all.then(() => true), settle().then(() => false)]);
      if (!done) clock.advance(100);
    }
    assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 2, 'network_error/span': 6 });
    sentry = await FakeSentry.start({ port });
    assert.equal((await delivery.send(outgoingTransaction())).kind, 'delivered');
    assert.equal(await delivery.flush(1000), true);
    assert.deepEqual(sentry.reportedLosses(), { 'network_error/transaction': 2, 'network_error/span': 6 });
  });

  it('keeps its accounts whatever happens', async () => {
    const mischiefs: Mischief[] = ['reset', 'cut-body', 'slow-body', 'never', 'slow-headers'];
    const statuses = [200, 200, 400, 413, 500, 200, 503];
    for (let i = 0; i < 100; i++) {
      const mischief = i % 7 === 0 ? mischiefs[(i / 7) % mischiefs.length] : undefined;
      sentry.answerNext(mischief ?? { status: statuses[i % statuses.length] ?? 200 });
    }
    const narrow = create({ maxQueueItems: 100, concurrency: 5 });
    const outgoing = Array.from({ length: 120 }, () => outgoingTransaction());
    const outcomes = Promise.all(outgoing.map(each => narrow.send(each)));
    await passUntil(outcomes);
    const closed = narrow.close(60_000);
    await passUntil(closed);
    assert.equal(await closed, true);
    assertBalanced(narrow, losses, outgoing);
    assert.equal(
      (await outcomes).filter(({ kind }) => kind === 'delivered').length,
      sentry.accepted('transaction').length,
    );
    assert.ok(losses.isEmpty);
    assert.deepEqual(sentry.reportedLosses(), lossesOf(losses));
  });

  /** Lets time pass until a promise settles, slowly enough for the network to keep up. */
  async function passUntil(promise: Promise<unknown>): Promise<void> {
    const settled = promise.then(() => true);
    const pause = () => new Promise<false>(resolve => setTimeout(() => resolve(false), 2));
    while (!(await Promise.race([settled, pause()]))) clock.advance(100);
  }
});
