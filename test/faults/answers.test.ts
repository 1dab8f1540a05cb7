import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import { createHttpTransport } from '../../src/transport/http-transport.js';
import { assertBalanced, lossesOf } from '../support/accounts.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeSentry, type Script } from '../support/fake-sentry.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const RETRY_AFTER = 'retry-after';
const LIMITS = 'x-sentry-rate-limits';

const NOTHING = {};
const REFUSED = { 'send_error/transaction': 1, 'send_error/span': 3 };
const NO_ANSWER = { 'network_error/transaction': 1, 'network_error/span': 3 };
const limited = (status: number, headers: Record<string, string>): Script => ({ status, headers });

interface Row {
  readonly row: string;
  readonly script: Script;
  /** What becomes of a transaction with two children. */
  readonly losses: Record<string, number>;
  /** For how many seconds transactions, and errors, are limited afterwards. */
  readonly limits?: readonly [transactions: number, errors: number];
  /** Requests until it is settled. Default 1. */
  readonly requests?: number;
}

const DATE = new Date(1_760_000_000_000 + 90_000).toUTCString();

const ROWS: readonly Row[] = [
  { row: '200', script: {}, losses: NOTHING },
  {
    row: '200 + X header',
    script: limited(200, { [LIMITS]: '60:transaction:key' }),
    losses: NOTHING,
    limits: [60, 0],
  },
  {
    row: '429 with X',
    script: limited(429, { [LIMITS]: '60:transaction;span:key:spike' }),
    losses: NOTHING,
    limits: [60, 0],
  },
  {
    row: '429 with Retry-After in seconds',
    script: limited(429, { [RETRY_AFTER]: '30' }),
    losses: NOTHING,
    limits: [30, 30],
  },
  {
    row: '429 with Retry-After as date',
    script: limited(429, { [RETRY_AFTER]: DATE }),
    losses: NOTHING,
    limits: [90, 90],
  },
  { row: '429 with neither', script: { status: 429 }, losses: NOTHING, limits: [60, 60] },
  {
    row: '429 with both',
    script: limited(429, { [LIMITS]: '10:error:key', [RETRY_AFTER]: '300' }),
    losses: NOTHING,
    limits: [0, 10],
  },
  {
    row: 'empty category',
    script: limited(429, { [LIMITS]: '20::organization' }),
    losses: NOTHING,
    limits: [20, 20],
  },
  {
    row: 'unknown category only',
    script: limited(429, { [LIMITS]: '20:replay:key' }),
    losses: NOTHING,
    limits: [0, 0],
  },
  {
    row: 'float seconds',
    script: limited(200, { [LIMITS]: '1.5:transaction:key' }),
    losses: NOTHING,
    limits: [1.5, 0],
  },
  { row: '400', script: { status: 400 }, losses: REFUSED },
  { row: '401', script: { status: 401 }, losses: REFUSED },
  { row: '403', script: { status: 403 }, losses: REFUSED },
  { row: '404', script: { status: 404 }, losses: REFUSED },
  { row: '413', script: { status: 413 }, losses: REFUSED },
  { row: '500', script: { status: 500 }, losses: REFUSED },
  {
    row: '503 with X',
    script: limited(503, { [LIMITS]: '15:all_of_it;transaction:key' }),
    losses: REFUSED,
    limits: [15, 0],
  },
  { row: 'reset before answer', script: 'reset', losses: NO_ANSWER, requests: 3 },
  { row: 'slow headers', script: 'slow-headers', losses: NO_ANSWER },
  { row: 'slow body', script: 'slow-body', losses: NOTHING },
  { row: 'body that breaks off', script: 'cut-body', losses: NOTHING },
  { row: 'never answers', script: 'never', losses: NO_ANSWER },
  { row: 'redirect', script: limited(307, { location: 'http://127.0.0.1:9/' }), losses: REFUSED },
  { row: 'huge body', script: { body: 'x'.repeat(5_000_000) }, losses: NOTHING },
];

describe('the server double, row by row: an answer', () => {
  let sentry: FakeSentry;
  let clock: FakeClock;
  let losses: LossCounter;
  let delivery: Delivery;

  beforeEach(async () => {
    sentry = await FakeSentry.start();
    clock = new FakeClock();
    losses = new LossCounter();
    delivery = create(sentry.envelopeUrl);
  });
  afterEach(async () => {
    await pass(delivery.close(0));
    await sentry.close();
  });

  function create(url: string): Delivery {
    const transport = createHttpTransport({ url, sdk: SDK, clock });
    return new Delivery({ transport, losses, clock, sdk: SDK, random: () => 0.5 });
  }

  /** Lets time pass until a promise settles, slowly enough for the network to keep up. */
  async function pass<T>(promise: Promise<T>): Promise<T> {
    const settled = promise.then(() => true);
    const pause = () => new Promise<false>(resolve => setTimeout(() => resolve(false), 2));
    while (!(await Promise.race([settled, pause()]))) clock.advance(100);
    return promise;
  }

  /** Seconds for which a category is limited. */
  function limitOf(category: string): number {
    const found = delivery.snapshot().rateLimits.filter(limit => ['all', category].includes(limit.category));
    return Math.max(0, ...found.map(({ remainingMillis }) => remainingMillis / 1000));
  }

  for (const { row, script, losses: expected, limits = [0, 0], requests = 1 } of ROWS) {
    it(row, async () => {
      sentry.answerAlways(script);
      const outgoing = outgoingTransaction();
      const sent = delivery.send(outgoing);
      const waits = typeof script === 'string' && script !== 'cut-body';
      await (waits ? pass(sent) : sent);
      assert.deepEqual(lossesOf(losses), expected);
      assert.equal(sentry.requests.length, requests);
      assertBalanced(delivery, losses, [outgoing]);
      assert.deepEqual([limitOf('transaction'), limitOf('error')], limits);

      // What was limited is counted until the limit is over, and reported when there are answers again.
      sentry.answerAlways(undefined);
      const [seconds] = limits;
      if (seconds > 0) {
        clock.advance(seconds * 1000 - 1);
        assert.equal((await delivery.send(outgoingTransaction())).kind, 'dropped');
        clock.advance(1);
      }
      const after = outgoingTransaction();
      assert.equal((await pass(delivery.send(after))).kind, 'delivered');
      assert.equal(await pass(delivery.flush(60_000)), true);
      assert.deepEqual(sentry.reportedLosses(), lossesOf(losses));
      const reports = sentry.accepted('client_report').length;
      await pass(delivery.flush(1000));
      assert.equal(sentry.accepted('client_report').length, reports, 'a report is no reason for another');
    });
  }

  it('shorter second limit', async () => {
    sentry.answerNext(limited(200, { [LIMITS]: '60:error:key' }), limited(200, { [LIMITS]: '5:error:key' }));
    await delivery.send(outgoingTransaction());
    await delivery.send(outgoingTransaction());
    assert.equal(limitOf('error'), 60);
  });

  it('reset on a reused keep-alive socket: one silent retry', async () => {
    await delivery.send(outgoingError());
    sentry.answerNext('reset');
    assert.equal((await delivery.send(outgoingError())).kind, 'delivered');
    assert.equal(sentry.requests.length, 3);
    assert.deepEqual(lossesOf(losses), {});
  });

  for (const [row, host] of [
    ['refused port', '127.0.0.1'],
    ['DNS failure', 'no-such-host.invalid'],
  ] as const) {
    it(row, async function () {
      this.timeout(30_000);
      const elsewhere = create(`http://${host}:${await freePort()}/api/42/envelope/`);
      const outgoing = outgoingTransaction();
      assert.equal((await pass(elsewhere.send(outgoing))).kind, 'failed');
      assert.deepEqual(lossesOf(losses), NO_ANSWER);
      assertBalanced(elsewhere, losses, [outgoing]);
      await pass(elsewhere.close(0));
    });
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}
