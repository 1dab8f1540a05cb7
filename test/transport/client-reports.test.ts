import assert from 'node:assert/strict';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import type { DeliveryOptions } from '../../src/transport/delivery-options.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { jsonOf } from '../support/parse-envelope.js';
import { networkError, ScriptedTransport, type Call, type Reaction } from '../support/scripted-transport.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const INTERVAL_MILLIS = 60_000;

function setUp(react: Reaction = () => 200, options: Partial<DeliveryOptions> = {}) {
  const clock = new FakeClock();
  const losses = new LossCounter();
  const transport = new ScriptedTransport(react);
  const delivery = new Delivery({ transport, losses, clock, sdk: SDK, random: () => 0.5, ...options });
  return {
    clock,
    losses,
    transport,
    delivery,
    reports: () => transport.calls.filter(isReport).map(discarded),
  };
}

function isReport({ envelope }: Call): boolean {
  return envelope.items.some(item => item.headers['type'] === 'client_report');
}

function discarded({ envelope: { items } }: Call): unknown {
  const [item] = items;
  const report = item === undefined ? undefined : jsonOf(item);
  return typeof report === 'object' && report !== null && 'discarded_events' in report
    ? report.discarded_events
    : undefined;
}

const LOST_SPAN = [{ reason: 'sample_rate', category: 'span', quantity: 2 }];

describe('client reports', () => {
  it('go out once a minute when something was lost', async () => {
    const { clock, losses, reports, transport } = setUp();
    losses.add('sample_rate', 'span', 2);
    await clock.advanceAsync(INTERVAL_MILLIS - 1);
    assert.deepEqual(reports(), []);
    await clock.advanceAsync(1);
    assert.deepEqual(reports(), [LOST_SPAN]);
    await clock.advanceAsync(10 * INTERVAL_MILLIS);
    assert.equal(transport.calls.length, 1, 'nothing new was lost');
    losses.add('sample_rate', 'span', 2);
    await clock.advanceAsync(INTERVAL_MILLIS);
    assert.deepEqual(reports(), [LOST_SPAN, LOST_SPAN]);
  });

  it('are envelopes of their own without event id', async () => {
    const { clock, losses, transport } = setUp();
    losses.add('sample_rate', 'span');
    await clock.advanceAsync(INTERVAL_MILLIS);
    const { headers, items } = transport.last.envelope;
    assert.deepEqual(Object.keys(headers).sort(), ['sdk', 'sent_at']);
    assert.equal(items.length, 1);
    const [item] = items;
    assert.ok(item !== undefined);
    assert.deepEqual(jsonOf(item), {
      timestamp: clock.epochMillis() / 1000,
      discarded_events: [{ reason: 'sample_rate', category: 'span', quantity: 1 }],
    });
  });

  it('go out with the next envelope when no timer ran, as in a process that was frozen', async () => {
    const clock = new FakeClock();
    const { delivery, losses, transport, reports } = setUp(undefined, {
      clock: {
        epochMillis: () => clock.epochMillis(),
        monotonicMillis: () => clock.monotonicMillis(),
        setTimer: () => () => undefined,
      },
    });
    losses.add('sample_rate', 'span', 2);
    await delivery.send(outgoingTransaction());
    assert.deepEqual(reports(), []);
    clock.advance(INTERVAL_MILLIS);
    await delivery.send(outgoingTransaction());
    await delivery.send(outgoingTransaction());
    await settle();
    assert.deepEqual(reports(), [LOST_SPAN]);
    assert.equal(transport.calls.length, 4);
  });

  it('tell what the server did not take', async () => {
    const { delivery, clock, reports } = setUp((_call, index) => (index === 0 ? 500 : 200));
    await delivery.send(outgoingTransaction({ spans: 4 }));
    await clock.advanceAsync(INTERVAL_MILLIS);
    assert.deepEqual(reports(), [
      [
        { reason: 'send_error', category: 'transaction', quantity: 1 },
        { reason: 'send_error', category: 'span', quantity: 5 },
      ],
    ]);
  });

  it('say nothing about what Sentry counted itself', async () => {
    const { delivery, clock, transport } = setUp((_call, index) => (index === 0 ? 429 : 200));
    await delivery.send(outgoingTransaction());
    await clock.advanceAsync(10 * INTERVAL_MILLIS);
    assert.equal(transport.calls.length, 1);
  });

  it('tell what a rate limit cost once it is over', async () => {
    const { delivery, clock, reports } = setUp((_call, index) =>
      index === 0 ? { statusCode: 429, headers: { 'retry-after': '90' } } : 200,
    );
    await delivery.send(outgoingTransaction());
    await delivery.send(outgoingTransaction({ spans: 0 }));
    await clock.advanceAsync(INTERVAL_MILLIS);
    assert.deepEqual(reports(), [], 'everything is limited, reports too');
    await clock.advanceAsync(INTERVAL_MILLIS);
    assert.deepEqual(reports(), [
      [
        { reason: 'ratelimit_backoff', category: 'transaction', quantity: 1 },
        { reason: 'ratelimit_backoff', category: 'span', quantity: 1 },
      ],
    ]);
  });

  it('are not stopped by limits on single categories', async () => {
    const { delivery, reports } = setUp(() => ({
      statusCode: 200,
      headers: { 'x-sentry-rate-limits': '60:transaction;error;span;profile;internal:key' },
    }));
    await delivery.send(outgoingTransaction());
    await delivery.send(outgoingTransaction());
    await delivery.flush(1000);
    assert.equal(reports().length, 1);
  });

  it('go out when flushed, with what that flush itself lost', async () => {
    const { delivery, transport, reports } = setUp(() => undefined);
    void delivery.send(outgoingTransaction({ spans: 0 }));
    const flushed = delivery.flush(1000);
    transport.last.answer(413);
    await settle();
    assert.deepEqual(reports(), [
      [
        { reason: 'send_error', category: 'transaction', quantity: 1 },
        { reason: 'send_error', category: 'span', quantity: 1 },
      ],
    ]);
    transport.last.answer();
    assert.equal(await flushed, true);
  });

  it('are waited for within the same deadline', async () => {
    const { delivery, transport, clock, losses } = setUp(() => undefined);
    losses.add('ignored', 'span');
    void delivery.send(outgoingTransaction());
    const flushed = delivery.flush(1000);
    await clock.advanceAsync(900);
    transport.last.answer();
    await clock.advanceAsync(99);
    assert.equal(transport.calls.length, 2);
    await clock.advanceAsync(1);
    assert.equal(await flushed, false);
  });

  it('go out on close, before the transport is released', async () => {
    const { delivery, losses, reports, transport } = setUp();
    losses.add('sample_rate', 'span', 2);
    assert.equal(await delivery.close(1000), true);
    assert.deepEqual(reports(), [LOST_SPAN]);
    assert.equal(transport.closed, 1);
    await delivery.send(outgoingTransaction());
    await delivery.flush(1000);
    assert.equal(reports().length, 1);
  });

  for (const [what, react] of [
    ['is refused', () => 500],
    ['is rate limited', () => ({ statusCode: 429, headers: { 'retry-after': '1' } })],
    ['fails for good', ({ fail }: Call) => fail(new Error('boom'))],
  ] as [string, Reaction][]) {
    it(`repeat their content in the next one when one ${what}, and are never counted as lost`, async () => {
      const { losses, clock, reports, delivery } = setUp((call, index) =>
        index === 0 ? react(call, index) : 200,
      );
      losses.add('sample_rate', 'span', 2);
      assert.equal(await delivery.flush(1000), true);
      losses.add('sample_rate', 'span', 3);
      await clock.advanceAsync(2 * INTERVAL_MILLIS);
      assert.deepEqual(reports(), [LOST_SPAN, [{ reason: 'sample_rate', category: 'span', quantity: 5 }]]);
      assert.deepEqual(losses.totals(), [{ reason: 'sample_rate', category: 'span', quantity: 5 }]);
      assert.ok(losses.isEmpty);
    });
  }

  it('are sent again after a short interruption', async () => {
    const { losses, clock, transport } = setUp(({ fail }, index) =>
      index === 0 ? fail(networkError('EPIPE')) : 200,
    );
    losses.add('sample_rate', 'span');
    await clock.advanceAsync(INTERVAL_MILLIS + 500);
    assert.equal(transport.calls.length, 2);
    assert.ok(losses.isEmpty);
  });

  it('do not pile up while the network is down', async () => {
    const { losses, clock, transport } = setUp(({ fail }) => fail(networkError('ECONNREFUSED')));
    losses.add('sample_rate', 'span', 2);
    await clock.advanceAsync(5 * INTERVAL_MILLIS + 3000);
    assert.equal(transport.calls.length, 5 * 3, 'one report a minute, three attempts each');
    assert.deepEqual(losses.drain(), LOST_SPAN);
  });

  it('are one at a time, however many flush', async () => {
    const { delivery, losses, transport, reports } = setUp(() => undefined);
    losses.add('sample_rate', 'span', 2);
    const flushes = [delivery.flush(1000), delivery.flush(1000)];
    await settle();
    losses.add('ignored', 'span', 1);
    flushes.push(delivery.flush(1000), delivery.flush(1000));
    await settle();
    assert.equal(reports().length, 1);
    transport.last.answer();
    await settle();
    transport.last.answer();
    assert.deepEqual(await Promise.all(flushes), [true, true, true, true]);
    assert.deepEqual(reports(), [LOST_SPAN, [{ reason: 'ignored', category: 'span', quantity: 1 }]]);
  });

  it('keep what was lost when closing breaks one off', async () => {
    const { delivery, losses, clock } = setUp(() => undefined);
    losses.add('sample_rate', 'span', 2);
    const closed = delivery.close(1000);
    await clock.advanceAsync(1000);
    assert.equal(await closed, false);
    await settle();
    assert.deepEqual(losses.drain(), LOST_SPAN);
  });

  it('are not sent when they are not wanted', async () => {
    const { delivery, losses, clock, transport } = setUp(undefined, { sendClientReports: false });
    losses.add('sample_rate', 'span');
    await delivery.flush(1000);
    await clock.advanceAsync(10 * INTERVAL_MILLIS);
    await delivery.close(1000);
    assert.equal(transport.calls.length, 0);
    assert.deepEqual(losses.totals(), [{ reason: 'sample_rate', category: 'span', quantity: 1 }]);
    assert.equal(clock.pendingTimers, 0);
  });

  it('go out as often as told', async () => {
    const { losses, clock, reports } = setUp(undefined, { clientReportIntervalMillis: 5000 });
    losses.add('sample_rate', 'span', 2);
    await clock.advanceAsync(5000);
    assert.equal(reports().length, 1);
  });
});
