import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { FakeSentry, type Script } from '../support/fake-sentry.js';
import { acceptedIds, assertExact, lossesOf, reported, sumsOf } from './support/accounts.js';
import { Application } from './support/application.js';

const LIMIT_SECONDS = 0.2;
const TRANSACTIONS = 600;
const PER_TICK = 10;
const TICK_MILLIS = 50;

/** What the server does, over and over. */
const MOODS: readonly Script[] = [
  {},
  { status: 429, headers: { 'X-Sentry-Rate-Limits': `${LIMIT_SECONDS}:transaction:key` } },
  { status: 500 },
  'reset',
  'never',
];

describe('a server that alternates 200, 429, 500, reset and silence', function () {
  this.timeout(60_000);
  let sentry: FakeSentry;

  beforeEach(async () => {
    sentry = await FakeSentry.start();
  });
  afterEach(() => sentry.close());

  it('is accounted for to the span', async () => {
    const application = new Application({ dsn: sentry.dsn, requestTimeoutMillis: 1000, backpressure: false });
    for (let sent = 0; sent < TRANSACTIONS; sent += PER_TICK) {
      sentry.answerNext(...Array.from({ length: 4 }, () => MOODS).flat());
      for (let i = 0; i < PER_TICK; i++) application.transaction();
      await wait(TICK_MILLIS);
    }
    await application.bridge.flush(30_000);
    sentry.forgetScripts();
    await wait(LIMIT_SECONDS * 1000);
    assert.equal(await application.bridge.close(10_000), true);

    const statement = application.state();
    assertExact(statement);
    const { delivered = [], rateLimitedBySentry = [] } = statement.diagnosis.delivery ?? {};
    const answered = (status: number): number =>
      sentry.requests.filter(request => request.status === status && isTransaction(request.envelope)).length;
    assert.equal(sumsOf(delivered)['transaction'], new Set(acceptedIds(sentry)).size);
    assert.equal(acceptedIds(sentry).length, new Set(acceptedIds(sentry)).size, 'something came twice');
    assert.equal(sumsOf(rateLimitedBySentry)['transaction'], answered(429));
    const losses = lossesOf(statement);
    assert.equal(losses['send_error/transaction'], answered(500));
    assert.deepEqual(reported(sentry), losses);
    assert.deepEqual([...new Set(statement.diagnosis.losses.map(({ reason }) => reason))].sort(), [
      'network_error',
      'ratelimit_backoff',
      'send_error',
    ]);
  });
});

function isTransaction(envelope: FakeSentry['envelopes'][number] | undefined): boolean {
  return envelope?.items.some(({ headers }) => headers['type'] === 'transaction') ?? false;
}
