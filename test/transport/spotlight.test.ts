import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createSentryBridge, type SentryBridge } from '../../src/bridge.js';
import { createDelivery } from '../../src/create-delivery.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { isTracingSuppressed } from '../../src/otel/suppress-tracing.js';
import { parseDsn } from '../../src/protocol/dsn.js';
import { createHttpTransport } from '../../src/transport/http-transport.js';
import type { Delivery } from '../../src/transport/delivery.js';
import { SpotlightOnly } from '../../src/transport/spotlight-only.js';
import {
  COPY_TIMEOUT_MILLIS,
  MAX_COPIES_IN_FLIGHT,
  MAX_WAIT_MILLIS,
  MAX_WAITING_BYTES,
  MAX_WAITING_COPIES,
  Spotlight,
} from '../../src/transport/spotlight.js';
import type { Transport } from '../../src/transport/transport.js';
import { lossesOf } from '../support/accounts.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { FakeSpotlight } from '../support/fake-spotlight.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { networkError, ScriptedTransport } from '../support/scripted-transport.js';
import { sharedOf } from '../support/shared.js';
import { until } from '../support/until.js';
import { takeWireProblems } from '../support/wire-problems.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const ADDRESS = 'http://localhost:8969/stream';

function create(transport: Transport, clock = new FakeClock()): Spotlight {
  return new Spotlight({ transport, clock, sdk: SDK, address: ADDRESS });
}

describe('Spotlight', () => {
  describe('copies', () => {
    let server: FakeSpotlight;
    beforeEach(async () => void (server = await FakeSpotlight.start()));
    afterEach(() => server.close());

    const createHttp = (url = server.url) => {
      const transport = createHttpTransport({ url, sdk: SDK, compression: 'none', clock: new FakeClock() });
      return create(transport);
    };

    it('arrive as Spotlight reads them, without authentication', async () => {
      const spotlight = createHttp();
      spotlight.onHandedOver(outgoingTransaction({ name: 'Größe 🎈', bytes: 100_000 }));
      await server.received(1);
      const [request] = server.requests;
      assert.equal(request?.url, '/stream');
      assert.deepEqual(Object.keys(request.headers).sort(), [
        'connection',
        'content-length',
        'content-type',
        'host',
        'user-agent',
      ]);
      assert.equal(request.headers['content-type'], 'application/x-sentry-envelope');
      assert.deepEqual(server.shown, ['Größe 🎈']);
      const [envelope] = server.envelopes;
      assert.deepEqual(envelope?.headers['sdk'], SDK);
      assert.equal(typeof envelope.headers['sent_at'], 'string');
      assert.equal('dsn' in envelope.headers, false);
      await spotlight.close(1000);
    });

    it('keep the query of the URL', async () => {
      const spotlight = createHttp(`${server.url}?from=me`);
      spotlight.onHandedOver(outgoingError());
      await server.received(1);
      assert.equal(server.requests[0]?.url, '/stream?from=me');
      await spotlight.close(1000);
    });

    it('are given up when Spotlight never answers', async () => {
      const clock = new FakeClock();
      const transport = createHttpTransport({ url: server.url, sdk: SDK, clock });
      const spotlight = create(transport, clock);
      server.answerNext('never');
      spotlight.onHandedOver(outgoingError());
      await server.received(1);
      clock.advance(COPY_TIMEOUT_MILLIS);
      await settle();
      spotlight.onHandedOver(outgoingError());
      await clock.advanceAsync(1000);
      await server.received(2);
      await spotlight.close(1000);
    });
  });

  it('is out of the sight of instrumentations', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const transport = new ScriptedTransport(() => 200);
    const span = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
    context.with(trace.setSpan(context.active(), span), () =>
      create(transport).onHandedOver(outgoingError()),
    );
    assert.equal(isTracingSuppressed(transport.last.context), true);
    assert.equal(trace.getSpan(transport.last.context), undefined);
    context.disable();
  });

  it('has few copies in flight, and few waiting, the latest', async () => {
    const transport = new ScriptedTransport();
    const spotlight = create(transport);
    const count = MAX_COPIES_IN_FLIGHT + MAX_WAITING_COPIES + 5;
    for (let i = 0; i < count; i++) spotlight.onHandedOver(outgoingTransaction({ name: String(i) }));
    assert.equal(transport.calls.length, MAX_COPIES_IN_FLIGHT);
    for (let i = 0; i < transport.calls.length; i++) {
      transport.calls[i]?.answer();
      await settle();
    }
    assert.equal(transport.calls.length, MAX_COPIES_IN_FLIGHT + MAX_WAITING_COPIES);
    assert.deepEqual(transport.sent.slice(0, MAX_COPIES_IN_FLIGHT + 1), ['0', '1', '2', '3', '9']);
    assert.equal(transport.sent.at(-1), String(count - 1));
  });

  it('bounds what waits in bytes', async () => {
    const transport = new ScriptedTransport();
    const spotlight = create(transport);
    const bytes = MAX_WAITING_BYTES / 4;
    for (let i = 0; i < MAX_COPIES_IN_FLIGHT; i++) spotlight.onHandedOver(outgoingError());
    for (let i = 0; i < 6; i++) spotlight.onHandedOver(outgoingTransaction({ name: String(i), bytes }));
    spotlight.onHandedOver(outgoingTransaction({ name: 'huge', bytes: MAX_WAITING_BYTES + 1 }));
    spotlight.onHandedOver(outgoingTransaction({ name: 'last', bytes }));
    for (let i = 0; i < transport.calls.length; i++) {
      transport.calls[i]?.answer();
      await settle();
    }
    assert.deepEqual(transport.sent.slice(MAX_COPIES_IN_FLIGHT), ['3', '4', '5', 'last']);
    // Sizes that add up soon; Sentry would not take them.
    assert.deepEqual(new Set(takeWireProblems()), new Set([`a transaction has ${bytes} of 1048576 bytes`]));
  });

  it('is left alone for longer and longer, up to a minute, when it cannot be reached', async () => {
    const clock = new FakeClock();
    const attempts: number[] = [];
    const transport = new ScriptedTransport(call => {
      attempts.push(clock.monotonicMillis());
      return call.fail(networkError('ECONNREFUSED'));
    });
    const spotlight = create(transport, clock);
    const log = new RecordedLog();
    for (let i = 0; i < MAX_WAITING_COPIES; i++) spotlight.onHandedOver(outgoingTransaction());
    await clock.advanceAsync(300_000);
    log.stop();
    // Four went at once, before the first of them had failed.
    const expected = [0, 0, 0, 0, 1, 3, 7, 15, 31, 63, 123, 183, 243];
    assert.deepEqual(
      attempts.map(millis => millis / 1000),
      expected,
    );
    assert.deepEqual(log.lines, [
      `warn: Spotlight at ${ADDRESS} takes no envelopes (ECONNREFUSED); trying again`,
    ]);
    await spotlight.close(0);
    assert.equal(clock.pendingTimers, 0);
  });

  it('is said to be back, and trusted again', async () => {
    const clock = new FakeClock();
    const answers = [500, 500, 200, 503, 429, 200];
    const transport = new ScriptedTransport(() => answers.shift() ?? 200);
    const spotlight = create(transport, clock);
    const log = new RecordedLog();
    for (let i = 0; i < 8; i++) {
      spotlight.onHandedOver(outgoingTransaction());
      await clock.advanceAsync(i === 1 ? 2000 : 1000);
    }
    log.stop();
    assert.deepEqual(log.lines, [
      `warn: Spotlight at ${ADDRESS} takes no envelopes (HTTP status 500); trying again`,
      `info: Spotlight at ${ADDRESS} takes envelopes again`,
      `warn: Spotlight at ${ADDRESS} takes no envelopes (HTTP status 503); trying again`,
      `info: Spotlight at ${ADDRESS} takes envelopes again`,
    ]);
    await spotlight.close(0);
  });

  it('gets what has waited when it comes back', async () => {
    const server = await FakeSpotlight.start();
    const { port, url } = server;
    await server.close();
    const clock = new FakeClock();
    const transport = createHttpTransport({ url, sdk: SDK, clock });
    const settled: string[] = [];
    const observer = { onSettled: ({ kind }: { kind: string }) => void settled.push(kind) };
    const spotlight = new Spotlight({ transport, clock, sdk: SDK, address: url, observer });
    spotlight.onHandedOver(outgoingTransaction({ name: 'lost' }));
    await until(() => settled.length > 0);
    for (const name of ['a', 'b']) spotlight.onHandedOver(outgoingTransaction({ name }));
    const back = await FakeSpotlight.start(port);
    clock.advance(1000);
    await back.received(2);
    assert.deepEqual(back.shown, ['a', 'b']);
    await spotlight.close(1000);
    assert.deepEqual(settled, ['failed', 'delivered', 'delivered']);
    await back.close();
  });

  it('skips what cannot be written', async () => {
    const transport = new ScriptedTransport(() => 200);
    const spotlight = create(transport);
    const log = new RecordedLog();
    const trace = Object.defineProperty({}, 'trace_id', {
      enumerable: true,
      get: () => {
        throw new Error('no trace today');
      },
    });
    const { envelope, ...rest } = outgoingError();
    spotlight.onHandedOver({ ...rest, envelope: { ...envelope, headers: { trace } } });
    spotlight.onHandedOver(outgoingTransaction({ name: 'next' }));
    await settle();
    log.stop();
    assert.deepEqual(transport.sent, ['next']);
    assert.deepEqual(log.lines, []);
  });

  describe('flush', () => {
    it('waits for the copies taken so far', async () => {
      const transport = new ScriptedTransport();
      const spotlight = create(transport);
      spotlight.onHandedOver(outgoingError());
      let isDone = false;
      const flushed = spotlight.flush(5000).then(() => (isDone = true));
      await settle();
      assert.equal(isDone, false);
      transport.last.answer();
      await flushed;
    });

    for (const [given, waited] of [
      [5000, MAX_WAIT_MILLIS],
      [300, 300],
    ] as const) {
      it(`waits for ${waited} ms at most when it may take ${given}`, async () => {
        const clock = new FakeClock();
        const spotlight = create(new ScriptedTransport(), clock);
        spotlight.onHandedOver(outgoingError());
        let isDone = false;
        const flushed = spotlight.flush(given).then(() => (isDone = true));
        await clock.advanceAsync(waited - 1);
        assert.equal(isDone, false);
        await clock.advanceAsync(1);
        await flushed;
      });
    }

    it('does not wait for a Spotlight in trouble', async () => {
      const clock = new FakeClock();
      const spotlight = create(new ScriptedTransport(() => 500), clock);
      spotlight.onHandedOver(outgoingError());
      await settle();
      spotlight.onHandedOver(outgoingError());
      await spotlight.flush(5000);
    });
  });

  it('takes nothing after close, which gives up what is left and releases everything', async () => {
    const clock = new FakeClock();
    const transport = new ScriptedTransport();
    const spotlight = create(transport, clock);
    for (let i = 0; i < 10; i++) spotlight.onHandedOver(outgoingError());
    const log = new RecordedLog();
    const closed = spotlight.close(100);
    spotlight.onHandedOver(outgoingError());
    await clock.advanceAsync(100);
    await closed;
    await spotlight.close(100);
    log.stop();
    assert.equal(transport.calls.length, MAX_COPIES_IN_FLIGHT);
    assert.equal(transport.closed, 1);
    assert.equal(clock.pendingTimers, 0);
    assert.deepEqual(log.lines, []);
  });
});

describe('Spotlight beside Sentry', () => {
  let server: FakeSpotlight;
  let clock: FakeClock;
  let sentry: ScriptedTransport;
  const toClose: Delivery[] = [];

  beforeEach(async () => {
    server = await FakeSpotlight.start();
    clock = new FakeClock();
  });

  afterEach(async () => {
    for (const delivery of toClose.splice(0)) {
      const closed = delivery.close(0);
      clock.advance(0);
      await closed;
    }
    await server.close();
  });

  function deliver(options: SentryBridgeOptions = {}) {
    const dsn = parseDsn('http://key@localhost:9000/1');
    assert.ok(dsn !== undefined);
    const shared = sharedOf({ transport: sentry, spotlight: server.url, ...options }, clock);
    const delivery = createDelivery(shared, dsn);
    toClose.push(delivery);
    return { delivery, losses: shared.losses };
  }

  it('shows what Sentry gets', async () => {
    sentry = new ScriptedTransport(() => 200);
    const { delivery } = deliver();
    for (const name of ['a', 'b']) await delivery.send(outgoingTransaction({ name }));
    await server.received(2);
    assert.deepEqual(server.shown, ['a', 'b']);
    assert.deepEqual(sentry.sent, ['a', 'b']);
  });

  it('shows what Sentry refuses, what a limit stops and what finds no room', async () => {
    sentry = new ScriptedTransport((_, index) =>
      index === 0
        ? { statusCode: 429, headers: { 'x-sentry-rate-limits': '60:transaction:key' } }
        : undefined,
    );
    const { delivery, losses } = deliver({ maxQueueBytes: 0 });
    const outcomes = [await delivery.send(outgoingTransaction()), await delivery.send(outgoingTransaction())];
    for (let i = 0; i < 30; i++) void delivery.send(outgoingError());
    outcomes.push(await delivery.send(outgoingError()));
    assert.deepEqual(outcomes, [
      { kind: 'rate_limited' },
      { kind: 'dropped', reason: 'ratelimit_backoff' },
      { kind: 'dropped', reason: 'queue_overflow' },
    ]);
    await server.received(33);
    assert.deepEqual(lossesOf(losses), {
      'ratelimit_backoff/transaction': 1,
      'ratelimit_backoff/span': 3,
      'queue_overflow/error': 1,
    });
  });

  it('does not show client reports', async () => {
    sentry = new ScriptedTransport(() => 200);
    const { delivery, losses } = deliver();
    losses.add('sample_rate', 'transaction');
    await delivery.send(outgoingError());
    assert.equal(await delivery.flush(1000), true);
    assert.deepEqual(sentry.sent, ['event', 'client_report']);
    await server.received(1);
    await settle();
    assert.deepEqual(server.shown, ['event']);
  });

  for (const script of ['never', 'reset', { status: 500 }] as const) {
    it(`changes nothing about delivery when it answers ${JSON.stringify(script)}`, async () => {
      sentry = new ScriptedTransport(() => 200);
      server.answerAlways(script);
      const { delivery, losses } = deliver();
      for (let i = 0; i < 200; i++)
        assert.equal((await delivery.send(outgoingTransaction())).kind, 'delivered');
      assert.equal(await delivery.flush(1000), true);
      assert.ok(losses.isEmpty);
      assert.equal(delivery.isHealthy, true);
      assert.equal(delivery.snapshot().lastProblem, undefined);
    });
  }

  it('ends when delivery ends', async () => {
    sentry = new ScriptedTransport(() => 200);
    const { delivery } = deliver();
    await delivery.send(outgoingError());
    await delivery.close(1000);
    await server.received(1);
    await until(() => clock.pendingTimers === 0);
    assert.equal(sentry.closed, 1);
    assert.equal((await delivery.send(outgoingError())).kind, 'dropped');
    await settle();
    assert.equal(server.requests.length, 1);
  });

  it('goes without a tunnel, a proxy and headers that are for Sentry', async () => {
    const real = await FakeSentry.start();
    const shared = sharedOf(
      {
        dsn: real.dsn,
        tunnel: real.tunnelUrl,
        proxy: false,
        headers: { 'x-key': 'k' },
        spotlight: server.url,
      },
      clock,
    );
    assert.ok(shared.config.dsn !== undefined);
    const delivery = createDelivery(shared, shared.config.dsn);
    toClose.push(delivery);
    assert.equal((await delivery.send(outgoingError())).kind, 'delivered');
    await server.received(1);
    assert.equal(server.requests[0]?.headers['x-key'], undefined);
    assert.equal(server.envelopes[0]?.headers['dsn'], undefined);
    assert.equal(real.envelopes[0]?.headers['dsn'], real.dsn);
    await real.close();
  });
});

describe('Spotlight without a DSN', () => {
  let server: FakeSpotlight;
  let bridge: SentryBridge;
  beforeEach(async () => void (server = await FakeSpotlight.start()));

  afterEach(async () => {
    await bridge.close(100);
    await server.close();
  });

  function start(options: SentryBridgeOptions = {}) {
    bridge = createSentryBridge({ dsn: '', spotlight: server.url, tracesSampleRate: 1, ...options });
    const provider = new BasicTracerProvider({
      sampler: bridge.sampler,
      spanProcessors: [bridge.spanProcessor],
    });
    return provider.getTracer('test');
  }

  it('gets every transaction, under a key of its own', async () => {
    const tracer = start();
    const span = tracer.startSpan('GET /orders');
    span.end();
    assert.equal(await bridge.flush(5000), true);
    assert.deepEqual(server.shown, ['GET /orders']);
    assert.deepEqual(server.envelopes[0]?.headers['trace'], {
      trace_id: span.spanContext().traceId,
      public_key: 'spotlight',
    });
    assert.deepEqual(bridge.diagnose().losses, []);
  });

  it('costs nothing but a copy when it is not there', async () => {
    const tracer = start({ spotlight: 'http://127.0.0.1:1/stream' });
    const log = new RecordedLog();
    for (let i = 0; i < 3; i++) tracer.startSpan('GET /orders').end();
    assert.equal(await bridge.flush(5000), true);
    await bridge.spanProcessor.forceFlush();
    await bridge.spanProcessor.shutdown();
    log.stop();
    assert.deepEqual(bridge.diagnose().losses, []);
    assert.equal(log.lines.filter(line => line.includes('takes no envelopes (ECONNREFUSED)')).length, 1);
  });

  it('is waited for briefly', async () => {
    const tracer = start();
    server.answerAlways('never');
    tracer.startSpan('GET /orders').end();
    const before = performance.now();
    assert.equal(await bridge.flush(50), true);
    assert.ok(performance.now() - before < MAX_WAIT_MILLIS);
  });

  it('is no reason to collect anything without an option or a variable for it', () => {
    const tracer = start({ spotlight: false });
    tracer.startSpan('GET /orders').end();
    assert.equal(bridge.diagnose().bufferedSpans, 0);
  });
});

describe('SpotlightOnly', () => {
  it('says delivered whatever happens, and is never in the way', async () => {
    const clock = new FakeClock();
    const only = new SpotlightOnly(create(new ScriptedTransport(() => 500), clock));
    for (let i = 0; i < 3; i++)
      only.post(outgoingError(), outcome => assert.deepEqual(outcome, { kind: 'delivered' }));
    assert.equal(await only.flush(1000), true);
    assert.equal(await only.close(1000), true);
  });
});
