import assert from 'node:assert/strict';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import type { DeliveryOptions } from '../../src/transport/delivery-options.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { networkError, ScriptedTransport, type Reaction } from '../support/scripted-transport.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };

describe('the log of delivery', () => {
  let log: RecordedLog;

  beforeEach(() => (log = new RecordedLog()));
  afterEach(() => log.stop());

  function setUp(react?: Reaction, options: Partial<DeliveryOptions> = {}) {
    const clock = new FakeClock();
    const transport = new ScriptedTransport(react);
    const losses = new LossCounter();
    const delivery = new Delivery({
      transport,
      losses,
      clock,
      sdk: SDK,
      sendClientReports: false,
      ...options,
    });
    return { clock, transport, delivery };
  }

  const sendMany = async (delivery: Delivery, count: number) => {
    for (let i = 0; i < count; i++) await delivery.send(outgoingTransaction());
  };

  it('is silent while all goes well', async () => {
    const { delivery } = setUp(() => 200);
    await sendMany(delivery, 3);
    await delivery.close(1000);
    assert.deepEqual(log.lines, []);
  });

  it('says once that Sentry cannot be reached, and once that it can again', async () => {
    const { delivery } = setUp(({ fail }, index) =>
      index < 3 ? fail(networkError('CERT_HAS_EXPIRED')) : 200,
    );
    await sendMany(delivery, 5);
    assert.deepEqual(log.lines, [
      'warn: Sentry cannot be reached (Error: connect CERT_HAS_EXPIRED); envelopes are lost until it can',
      'info: Sentry can be reached again',
    ]);
  });

  const refusals: [status: number, text: string][] = [
    [307, 'HTTP status 307 (redirects are not followed)'],
    [400, 'HTTP status 400 (it cannot read them)'],
    [401, 'HTTP status 401 (is the key of the dsn valid, and the project active?)'],
    [403, 'HTTP status 403 (is the key of the dsn valid, and the project active?)'],
    [404, 'HTTP status 404 (is there a Sentry at the host of the dsn?)'],
    [413, 'HTTP status 413 (too large)'],
    [503, 'HTTP status 503'],
  ];
  for (const [status, text] of refusals) {
    it(`says once what a ${status} is about, and once that it is over`, async () => {
      const { delivery } = setUp((_call, index) => (index < 3 ? status : 200));
      await sendMany(delivery, 5);
      assert.deepEqual(log.lines, [
        `error: Sentry refuses envelopes with ${text}`,
        'info: Sentry accepts envelopes again',
      ]);
    });
  }

  it('says once per category that it is limited, and once that it no longer is', async () => {
    const { delivery, clock } = setUp((_call, index) =>
      index === 0
        ? { statusCode: 200, headers: { 'x-sentry-rate-limits': '60:transaction:key, 2:error:key' } }
        : 200,
    );
    await sendMany(delivery, 5);
    await delivery.send(outgoingError());
    clock.advance(10_000);
    await delivery.send(outgoingError());
    await sendMany(delivery, 2);
    clock.advance(50_000);
    await sendMany(delivery, 2);
    assert.deepEqual(log.lines, [
      'warn: Sentry limits transaction for 60 s; dropping it until then',
      'warn: Sentry limits error for 2 s; dropping it until then',
      'info: Sentry no longer limits error',
      'info: Sentry no longer limits transaction',
    ]);
  });

  it('says once that the queue is full, and once that it has room', async () => {
    const { delivery, transport } = setUp(undefined, { concurrency: 1, maxQueueItems: 4 });
    for (let i = 0; i < 20; i++) void delivery.send(outgoingTransaction());
    for (let i = 0; i < 5; i++) {
      transport.last.answer();
      await settle();
    }
    assert.deepEqual(log.lines, [
      'warn: the send queue is full; envelopes are lost until it has room',
      'info: the send queue has room again',
    ]);
  });

  it('says how many envelopes closing gave up', async () => {
    const { delivery, clock } = setUp(undefined, { concurrency: 1 });
    for (let i = 0; i < 3; i++) void delivery.send(outgoingTransaction());
    const closed = delivery.close(1000);
    await clock.advanceAsync(1000);
    await closed;
    assert.deepEqual(log.lines, ['warn: closed before everything was sent: 3 envelopes given up']);
  });

  it('names what cannot be serialised', async () => {
    const { delivery } = setUp(() => 200);
    const outgoing = outgoingTransaction();
    const headers = {
      get trace(): Record<string, string> {
        throw new Error('broken');
      },
    };
    await delivery.send({ ...outgoing, envelope: { ...outgoing.envelope, headers } });
    assert.deepEqual(log.lines, ['error: UnsendableError: the envelope cannot be serialised: Error: broken']);
  });
});
