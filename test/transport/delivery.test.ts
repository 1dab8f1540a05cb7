import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseDsn } from '../../src/protocol/dsn.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import type { DeliveryOptions } from '../../src/transport/delivery-options.js';
import type { SendOutcome, Transport } from '../../src/transport/transport.js';
import { assertBalanced, lossesOf } from '../support/accounts.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { networkError, ScriptedTransport, type Reaction } from '../support/scripted-transport.js';
import { runs } from '../support/property-runs.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const TIMEOUT_MILLIS = 10_000;
/** `random` of 0.5 means no jitter. */
const PAUSES_MILLIS = [500, 1500];

function setUp(react?: Reaction, options: Partial<DeliveryOptions> = {}) {
  const clock = new FakeClock();
  const losses = new LossCounter();
  const transport = new ScriptedTransport(react);
  const delivery = new Delivery({ transport, losses, clock, sdk: SDK, random: () => 0.5, ...options });
  return { clock, losses, transport, delivery };
}

describe('Delivery', () => {
  describe('send', () => {
    it('resolves when the envelope has arrived', async () => {
      const { delivery, transport, losses } = setUp(() => 200);
      const outgoing = outgoingTransaction();
      assert.deepEqual(await delivery.send(outgoing), { kind: 'delivered' });
      assert.equal(transport.last.envelope.headers['event_id'], outgoing.envelope.headers.event_id);
      assert.ok(losses.isEmpty);
      assertBalanced(delivery, losses, [outgoing]);
    });

    it('writes when it was sent, not when it was handed over', async () => {
      const { delivery, transport, clock } = setUp(undefined, { concurrency: 1 });
      void delivery.send(outgoingTransaction());
      void delivery.send(outgoingTransaction());
      clock.advance(7000);
      transport.last.answer();
      await settle();
      assert.equal(transport.last.envelope.headers['sent_at'], new Date(clock.epochMillis()).toISOString());
      assert.equal(transport.calls.length, 2);
    });

    it('names the SDK, unless the envelope does', async () => {
      const { delivery, transport } = setUp(() => 200);
      const outgoing = outgoingTransaction();
      const other = { name: 'other', version: '2' };
      await delivery.send(outgoing);
      const { headers, items } = outgoing.envelope;
      await delivery.send({ ...outgoing, envelope: { headers: { ...headers, sdk: other }, items } });
      assert.deepEqual(
        transport.calls.map(call => call.envelope.headers['sdk']),
        [SDK, other],
      );
    });

    it('writes the DSN without its secret for a tunnel, and not otherwise', async () => {
      const dsn = parseDsn('https://pub:sec@host/1');
      const tunnel = setUp(() => 200, { dsn });
      await tunnel.delivery.send(outgoingTransaction());
      assert.equal(tunnel.transport.last.envelope.headers['dsn'], 'https://pub@host/1');
      const direct = setUp(() => 200);
      await direct.delivery.send(outgoingTransaction());
      assert.ok(!('dsn' in direct.transport.last.envelope.headers));
    });

    it('keeps the sampling context', async () => {
      const { delivery, transport } = setUp(() => 200);
      const outgoing = outgoingTransaction();
      const { headers, items } = outgoing.envelope;
      const trace = { ...headers.trace, transaction: 'GET /orders' };
      await delivery.send({ ...outgoing, envelope: { headers: { ...headers, trace }, items } });
      assert.deepEqual(transport.last.envelope.headers['trace'], trace);
    });
  });

  describe('with an answer', () => {
    const rows: [status: number, outcome: SendOutcome, reason: string | undefined][] = [
      [200, { kind: 'delivered' }, undefined],
      [202, { kind: 'delivered' }, undefined],
      [204, { kind: 'delivered' }, undefined],
      [429, { kind: 'rate_limited' }, undefined],
      ...[301, 307, 400, 401, 403, 404, 413, 500, 502, 503, 504].map(
        (statusCode): [number, SendOutcome, string] => [
          statusCode,
          { kind: 'rejected', statusCode },
          'send_error',
        ],
      ),
    ];
    for (const [status, outcome, reason] of rows) {
      it(`counts ${reason ?? 'nothing'} for ${status}, and does not send again`, async () => {
        const { delivery, transport, losses } = setUp(() => status);
        const outgoing = outgoingTransaction({ spans: 4 });
        assert.deepEqual(await delivery.send(outgoing), outcome);
        assert.deepEqual(
          lossesOf(losses),
          reason === undefined ? {} : { [`${reason}/transaction`]: 1, [`${reason}/span`]: 5 },
        );
        assert.equal(transport.calls.length, 1);
        assertBalanced(delivery, losses, [outgoing]);
      });
    }
  });

  describe('when the network fails', () => {
    it('sends again after a pause, with a new sent_at', async () => {
      const { delivery, transport, losses, clock } = setUp(({ fail }, index) =>
        index < 2 ? fail(networkError('ECONNREFUSED')) : 200,
      );
      const outgoing = outgoingTransaction();
      const sending = delivery.send(outgoing);
      const sentAt: unknown[] = [];
      for (const pause of [...PAUSES_MILLIS, 0]) {
        await settle();
        sentAt.push(transport.last.envelope.headers['sent_at']);
        await clock.advanceAsync(pause);
      }
      assert.deepEqual(await sending, { kind: 'delivered' });
      assert.deepEqual(
        sentAt,
        [0, 500, 2000].map(millis => new Date(new FakeClock().epochMillis() + millis).toISOString()),
      );
      assertBalanced(delivery, losses, [outgoing]);
    });

    it('gives up after three attempts and counts the loss once', async () => {
      const { delivery, transport, losses, clock } = setUp(({ fail }) => fail(networkError('ECONNRESET')));
      const outgoing = outgoingTransaction({ spans: 0 });
      const sending = delivery.send(outgoing);
      await clock.advanceAsync(60_000 - 1);
      const outcome = await sending;
      assert.equal(outcome.kind, 'failed');
      assert.equal(transport.calls.length, 3);
      assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 1, 'network_error/span': 1 });
      assertBalanced(delivery, losses, [outgoing]);
    });

    for (const code of [
      'EAI_AGAIN',
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EPIPE',
      'ETIMEDOUT',
    ]) {
      it(`sends again after ${code}`, async () => {
        const { delivery, clock } = setUp(({ fail }, index) =>
          index === 0 ? fail(networkError(code)) : 200,
        );
        const sending = delivery.send(outgoingTransaction());
        await clock.advanceAsync(1000);
        assert.equal((await sending).kind, 'delivered');
      });
    }

    it('finds the code of a failure inside another, as fetch wraps them', async () => {
      const wrapped = new TypeError('fetch failed', { cause: networkError('ECONNRESET') });
      const { delivery, clock } = setUp(({ fail }, index) => (index === 0 ? fail(wrapped) : 200));
      const sending = delivery.send(outgoingTransaction());
      await clock.advanceAsync(1000);
      assert.equal((await sending).kind, 'delivered');
    });

    const permanent: [what: string, thrown: unknown][] = [
      ['a certificate that is not valid', networkError('CERT_HAS_EXPIRED')],
      ['an error without a code', new Error('boom')],
      ['something that is no error', 'boom'],
      ['nothing at all', undefined],
      ['an error that causes itself', selfCaused()],
    ];
    for (const [what, thrown] of permanent) {
      it(`does not send again after ${what}`, async () => {
        const { delivery, transport, losses } = setUp(({ fail }) => fail(thrown));
        const outgoing = outgoingTransaction();
        assert.equal((await delivery.send(outgoing)).kind, 'failed');
        assert.equal(transport.calls.length, 1);
        assertBalanced(delivery, losses, [outgoing]);
      });
    }

    it('does not send again when there would be no time left', async () => {
      const { delivery, transport } = setUp(({ fail }) => fail(networkError('ECONNREFUSED')), {
        requestTimeoutMillis: 400,
      });
      assert.equal((await delivery.send(outgoingTransaction())).kind, 'failed');
      assert.equal(transport.calls.length, 1);
    });

    it('gives later attempts only the time that is left', async () => {
      const { delivery, transport, clock } = setUp();
      void delivery.send(outgoingTransaction());
      await clock.advanceAsync(3000);
      transport.last.fail(networkError('ECONNRESET'));
      await clock.advanceAsync(500);
      assert.deepEqual(
        transport.calls.map(({ timeoutMillis }) => timeoutMillis),
        [TIMEOUT_MILLIS, TIMEOUT_MILLIS - 3500],
      );
    });

    for (const [random, pause] of [
      [0, 400],
      [0.25, 450],
      [1, 600],
    ] as const) {
      it(`waits for ${pause} ms when the random number is ${random}`, async () => {
        const { delivery, transport, clock } = setUp(({ fail }) => fail(networkError('EPIPE')), {
          random: () => random,
        });
        void delivery.send(outgoingTransaction());
        await clock.advanceAsync(pause - 1);
        assert.equal(transport.calls.length, 1);
        await clock.advanceAsync(1);
        assert.equal(transport.calls.length, 2);
      });
    }
  });

  describe('with a transport that does not keep its contract', () => {
    const send = (transport: Transport) => {
      const { delivery, losses, clock } = setUp(undefined, { transport });
      const outgoing = outgoingTransaction();
      return { outcome: delivery.send(outgoing), delivery, losses, clock, outgoing };
    };

    it('gives up one that never settles', async () => {
      const { outcome, clock, delivery, losses, outgoing } = send({
        send: () => new Promise(() => undefined),
      });
      await clock.advanceAsync(TIMEOUT_MILLIS + 1000);
      assert.equal((await outcome).kind, 'failed');
      assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 1, 'network_error/span': 3 });
      assertBalanced(delivery, losses, [outgoing]);
    });

    it('does not count twice what settles too late', async () => {
      const { delivery, transport, losses, clock } = setUp();
      const outgoing = outgoingTransaction();
      const outcome = delivery.send(outgoing);
      await clock.advanceAsync(TIMEOUT_MILLIS + 1000);
      transport.last.answer(200);
      await settle();
      assert.equal((await outcome).kind, 'failed');
      assertBalanced(delivery, losses, [outgoing]);
    });

    it('survives one that throws', async () => {
      const transport: Transport = {
        send() {
          throw new Error('not a promise');
        },
      };
      assert.equal((await send(transport).outcome).kind, 'failed');
    });

    for (const response of [undefined, null, 200, {}, { statusCode: '200' }]) {
      it(`survives one that answers ${JSON.stringify(response)}`, async () => {
        const { outcome, delivery, losses, outgoing } = send({
          send: () => Promise.resolve(response as never),
        });
        assert.equal((await outcome).kind, 'failed');
        assertBalanced(delivery, losses, [outgoing]);
      });
    }

    it('takes the answer of one that does not wait for it', async () => {
      const { outcome, delivery, losses, outgoing } = send({ send: () => ({ statusCode: 200 }) as never });
      assert.equal((await outcome).kind, 'delivered');
      assertBalanced(delivery, losses, [outgoing]);
    });

    it('survives headers that are not text', async () => {
      const headers = { 'retry-after': 60, 'x-sentry-rate-limits': ['60::key'] };
      const { outcome, delivery, losses, outgoing } = send({
        send: () => Promise.resolve({ statusCode: 429, headers } as never),
      });
      assert.equal((await outcome).kind, 'rate_limited');
      assertBalanced(delivery, losses, [outgoing]);
      assert.deepEqual(
        delivery.snapshot().rateLimits.map(({ category }) => category),
        ['all'],
      );
    });
  });

  it('counts an envelope that cannot be serialised', async () => {
    const { delivery, transport, losses } = setUp(() => 200);
    const outgoing = outgoingTransaction();
    const headers = {
      get event_id(): string {
        throw new Error('broken');
      },
    };
    const broken = { ...outgoing, envelope: { ...outgoing.envelope, headers } };
    assert.deepEqual(await delivery.send(broken), { kind: 'dropped', reason: 'internal_sdk_error' });
    assert.equal(transport.calls.length, 0);
    assertBalanced(delivery, losses, [broken]);
  });

  describe('the queue', () => {
    it('sends in the order of arrival, only so many at a time', async () => {
      const { delivery, transport } = setUp(undefined, { concurrency: 2 });
      for (const name of ['a', 'b', 'c', 'd']) void delivery.send(outgoingTransaction({ name }));
      assert.deepEqual(transport.sent, ['a', 'b']);
      transport.calls[1]?.answer();
      await settle();
      assert.deepEqual(transport.sent, ['a', 'b', 'c']);
      transport.calls[0]?.answer(500);
      await settle();
      assert.deepEqual(transport.sent, ['a', 'b', 'c', 'd']);
    });

    it('refuses more envelopes than it may hold, and counts them', async () => {
      const { delivery, losses, clock } = setUp(undefined, { concurrency: 1, maxQueueItems: 2 });
      const outgoing = Array.from({ length: 5 }, () => outgoingTransaction({ spans: 1 }));
      const outcomes = outgoing.map(each => delivery.send(each));
      assert.deepEqual(await outcomes[3], { kind: 'dropped', reason: 'queue_overflow' });
      assert.deepEqual(await outcomes[4], { kind: 'dropped', reason: 'queue_overflow' });
      assert.deepEqual(lossesOf(losses), { 'queue_overflow/transaction': 2, 'queue_overflow/span': 4 });
      await closeNow(delivery, clock);
      assertBalanced(delivery, losses, outgoing);
    });

    it('refuses more bytes than it may hold', async () => {
      const { delivery, losses, clock } = setUp(undefined, { concurrency: 1, maxQueueBytes: 2500 });
      const outgoing = Array.from({ length: 4 }, () => outgoingTransaction({ bytes: 1000 }));
      const outcomes = outgoing.map(each => delivery.send(each));
      assert.deepEqual(await outcomes[3], { kind: 'dropped', reason: 'queue_overflow' });
      assert.equal(delivery.snapshot().queuedBytes, 2000);
      await closeNow(delivery, clock);
      assertBalanced(delivery, losses, outgoing);
    });

    it('lets pass what need not wait, however large', async () => {
      const { delivery } = setUp(() => 200, { maxQueueBytes: 0, maxQueueItems: 0 });
      assert.equal((await delivery.send(outgoingTransaction())).kind, 'delivered');
    });

    it('has room again after something left it', async () => {
      const { delivery, transport } = setUp(undefined, { concurrency: 1, maxQueueItems: 1 });
      void delivery.send(outgoingTransaction());
      void delivery.send(outgoingTransaction());
      transport.last.answer();
      await settle();
      const third = delivery.send(outgoingTransaction());
      transport.last.answer();
      await settle();
      transport.last.answer();
      assert.equal((await third).kind, 'delivered');
    });

    it('takes a burst of thousands without losing any', async () => {
      const { delivery, losses } = setUp(() => 200);
      const outgoing = Array.from({ length: 5000 }, () => outgoingTransaction());
      await Promise.all(outgoing.map(each => delivery.send(each)));
      assert.ok(losses.isEmpty);
      assertBalanced(delivery, losses, outgoing);
    });
  });

  describe('rate limits', () => {
    const limit = (header: string, statusCode = 429) => ({
      statusCode,
      headers: { 'x-sentry-rate-limits': header },
    });

    it('drop what is limited when it is handed over, and only that', async () => {
      const { delivery, losses, transport } = setUp((_call, index) =>
        index === 0 ? limit('60:transaction:key') : 200,
      );
      const outgoing = [outgoingTransaction(), outgoingTransaction(), outgoingError()];
      const outcomes: SendOutcome[] = [];
      for (const each of outgoing) outcomes.push(await delivery.send(each));
      assert.deepEqual(outcomes, [
        { kind: 'rate_limited' },
        { kind: 'dropped', reason: 'ratelimit_backoff' },
        { kind: 'delivered' },
      ]);
      assert.deepEqual(lossesOf(losses), { 'ratelimit_backoff/transaction': 1, 'ratelimit_backoff/span': 3 });
      assert.equal(transport.calls.length, 2);
      assertBalanced(delivery, losses, outgoing);
    });

    it('drop what was queued when the limit came', async () => {
      const { delivery, losses, transport } = setUp(undefined, { concurrency: 1 });
      const outgoing = [outgoingTransaction(), outgoingTransaction(), outgoingTransaction(), outgoingError()];
      const outcomes = outgoing.map(each => delivery.send(each));
      transport.last.answer(limit('60:transaction:key', 200));
      await settle();
      transport.last.answer();
      assert.deepEqual(
        (await Promise.all(outcomes)).map(({ kind }) => kind),
        ['delivered', 'dropped', 'dropped', 'delivered'],
      );
      assertBalanced(delivery, losses, outgoing);
    });

    it('end when their time is over', async () => {
      const { delivery, clock } = setUp((_call, index) => (index === 0 ? limit('60::key') : 200));
      await delivery.send(outgoingTransaction());
      clock.advance(59_999);
      assert.equal((await delivery.send(outgoingTransaction())).kind, 'dropped');
      clock.advance(1);
      assert.equal((await delivery.send(outgoingTransaction())).kind, 'delivered');
    });

    for (const status of [200, 413, 500]) {
      it(`are read from answers with ${status}`, async () => {
        const { delivery } = setUp(() => limit('60:transaction:key', status));
        await delivery.send(outgoingTransaction());
        assert.deepEqual(await delivery.send(outgoingTransaction()), {
          kind: 'dropped',
          reason: 'ratelimit_backoff',
        });
      });
    }

    it('do not stop transactions when only spans are limited', async () => {
      const { delivery } = setUp(() => limit('60:span:key', 200));
      await delivery.send(outgoingTransaction());
      assert.equal((await delivery.send(outgoingTransaction())).kind, 'delivered');
    });
  });

  it('keeps its accounts whatever happens', async () => {
    const answer = fc.oneof(
      fc.constantFrom(200, 200, 202, 301, 400, 413, 429, 500, 503),
      fc.constantFrom('ECONNRESET', 'ENOTFOUND', 'CERT_HAS_EXPIRED'),
      fc.constantFrom('never'),
      fc.record({
        statusCode: fc.constantFrom(200, 429, 500),
        headers: fc.constantFrom(
          { 'x-sentry-rate-limits': '2:error:key' },
          { 'x-sentry-rate-limits': '1:transaction:key, 2:span' },
          { 'retry-after': '1' },
        ),
      }),
    );
    const steps = fc.array(
      fc.record({
        burst: fc.nat(8),
        pauseMillis: fc.nat(3000),
        errors: fc.boolean(),
        closes: fc.integer({ min: 0, max: 30 }).map(one => one === 0),
        flushes: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    const limits = fc.record({
      concurrency: fc.integer({ min: 1, max: 5 }),
      maxQueueItems: fc.nat(10),
      maxQueueBytes: fc.nat(2000),
      sendClientReports: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        limits,
        steps,
        fc.array(answer, { minLength: 1 }),
        fc.nat(5000),
        async (limits, steps, answers, patience) => {
          const { delivery, losses, clock } = setUp(({ fail }, index) => {
            const next = answers[index % answers.length];
            if (next === 'never') return undefined;
            return typeof next === 'string' ? fail(networkError(next)) : next;
          }, limits);
          const handedOver = [];
          const outcomes = [];
          const waits: Promise<unknown>[] = [];
          for (const { burst, errors, pauseMillis, closes, flushes } of steps) {
            for (let i = 0; i < burst; i++) {
              const outgoing = errors ? outgoingError() : outgoingTransaction({ spans: i });
              handedOver.push(outgoing);
              outcomes.push(delivery.send(outgoing));
            }
            if (flushes) waits.push(delivery.flush(patience));
            if (closes) waits.push(delivery.close(patience));
            await clock.advanceAsync(pauseMillis);
          }
          const closed = delivery.close(patience);
          await clock.advanceAsync(patience);
          await closed;
          await Promise.all(waits);
          assert.equal((await Promise.all(outcomes)).length, handedOver.length);
          assertBalanced(delivery, losses, handedOver);
          const { queuedItems, queuedBytes, inFlight } = delivery.snapshot();
          assert.deepEqual([queuedItems, queuedBytes, inFlight, clock.pendingTimers], [0, 0, 0, 0]);
        },
      ),
      { numRuns: runs(40) },
    );
  }).timeout(20_000);

  describe('an observer', () => {
    it('sees every envelope and what became of it', async () => {
      const seen: unknown[] = [];
      const { delivery } = setUp(() => 200, {
        maxQueueItems: 0,
        observer: {
          onHandedOver: envelope => void seen.push(envelope),
          onSettled: (outcome, envelope) => void seen.push([outcome, envelope]),
        },
      });
      const outgoing = outgoingTransaction();
      await delivery.send(outgoing);
      assert.deepEqual(seen, [outgoing, [{ kind: 'delivered' }, outgoing]]);
    });

    it('harms nobody by throwing', async () => {
      const fail = () => {
        throw new Error('observer');
      };
      const { delivery, losses } = setUp(() => 200, { observer: { onHandedOver: fail, onSettled: fail } });
      const outgoing = outgoingTransaction();
      assert.equal((await delivery.send(outgoing)).kind, 'delivered');
      assert.equal(await delivery.flush(1000), true);
      assertBalanced(delivery, losses, [outgoing]);
    });
  });

  describe('snapshot', () => {
    it('tells what is going on', async () => {
      const { delivery, transport, clock } = setUp(undefined, { concurrency: 1 });
      assert.deepEqual(delivery.snapshot(), {
        isClosed: false,
        queuedItems: 0,
        queuedBytes: 0,
        inFlight: 0,
        delivered: [],
        rateLimitedBySentry: [],
        lastOutcome: undefined,
        lastProblem: undefined,
        rateLimits: [],
      });
      for (let i = 0; i < 3; i++) void delivery.send(outgoingTransaction({ bytes: 1000 }));
      const busy = delivery.snapshot();
      assert.deepEqual([busy.queuedItems, busy.queuedBytes, busy.inFlight], [2, 2000, 1]);
      transport.last.answer({ statusCode: 500, headers: { 'x-sentry-rate-limits': '60:transaction:key' } });
      await settle();
      clock.advance(20_000);
      const { lastOutcome, lastProblem, rateLimits, queuedItems, inFlight } = delivery.snapshot();
      assert.deepEqual([queuedItems, inFlight], [0, 0]);
      assert.deepEqual(lastOutcome, { kind: 'dropped', reason: 'ratelimit_backoff' });
      assert.equal(lastProblem, 'HTTP status 500');
      assert.deepEqual(rateLimits, [{ category: 'transaction', remainingMillis: 40_000 }]);
    });

    it('adds up what arrived and what Sentry counted', async () => {
      const { delivery, clock } = setUp((_call, index) => (index === 2 ? 429 : 200));
      for (let i = 0; i < 3; i++) await delivery.send(outgoingTransaction({ spans: 1 }));
      const { delivered, rateLimitedBySentry } = delivery.snapshot();
      assert.deepEqual(delivered, [
        { category: 'transaction', quantity: 2 },
        { category: 'span', quantity: 4 },
      ]);
      assert.deepEqual(rateLimitedBySentry, [
        { category: 'transaction', quantity: 1 },
        { category: 'span', quantity: 2 },
      ]);
      clock.advance(60_000);
    });
  });

  describe('isHealthy', () => {
    it('is false while anything is rate limited', async () => {
      const { delivery, clock } = setUp(() => ({
        statusCode: 200,
        headers: { 'x-sentry-rate-limits': '60:error:key' },
      }));
      assert.equal(delivery.isHealthy, true);
      await delivery.send(outgoingTransaction());
      assert.equal(delivery.isHealthy, false);
      clock.advance(60_000);
      assert.equal(delivery.isHealthy, true);
    });

    it('is false from the moment the queue is full until it is half empty', async () => {
      const { delivery, transport } = setUp(undefined, { concurrency: 1, maxQueueItems: 4 });
      const healthAfterAnswer = async () => {
        transport.last.answer();
        await settle();
        return delivery.isHealthy;
      };
      for (let i = 0; i < 5; i++) void delivery.send(outgoingTransaction());
      assert.equal(delivery.isHealthy, true);
      void delivery.send(outgoingTransaction());
      assert.equal(delivery.isHealthy, false);
      assert.equal(await healthAfterAnswer(), false);
      assert.equal(await healthAfterAnswer(), true);
    });
  });
});

function selfCaused(): Error {
  const error = new Error('loop');
  error.cause = error;
  return error;
}

async function closeNow(delivery: Delivery, clock: FakeClock): Promise<void> {
  const closing = delivery.close(0);
  clock.advance(0);
  await closing;
}
