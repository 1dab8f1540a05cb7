import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import * as zlib from 'node:zlib';
import { createDelivery } from '../../src/create-delivery.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { serializeEnvelope } from '../../src/protocol/envelope.js';
import { MAX_RESPONSE_BYTES } from '../../src/transport/http-client.js';
import { createHttpTransport } from '../../src/transport/http-transport.js';
import { nextClientSocket, nextResponse } from '../support/client-events.js';
import { assertBalanced, lossesOf } from '../support/accounts.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { FakeSentry, PUBLIC_KEY, type FakeSentryOptions } from '../support/fake-sentry.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { RawServer } from '../support/raw-server.js';
import { sharedOf } from '../support/shared.js';
import { TLS_CERTIFICATE } from '../support/tls-certificate.js';
import { until } from '../support/until.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const TIMEOUT_MILLIS = 10_000;
const ENVELOPE = serializeEnvelope({ headers: { sent_at: '2026-11-20T10:15:31.204Z' }, items: [] });

describe('options on a real network', () => {
  const toClose: { close(): unknown }[] = [];

  async function startSentry(options?: FakeSentryOptions): Promise<FakeSentry> {
    const sentry = await FakeSentry.start(options);
    toClose.push(sentry);
    return sentry;
  }

  /** Delivery as a bridge with these options has it, by the clock of the test. */
  function deliver(options: SentryBridgeOptions, clock = new FakeClock()) {
    const shared = sharedOf({ proxy: false, ...options }, clock);
    assert.ok(shared.config.dsn !== undefined);
    const delivery = createDelivery(shared, shared.config.dsn);
    toClose.unshift({
      async close() {
        const closed = delivery.close(0);
        clock.advance(0);
        await closed;
      },
    });
    return { delivery, losses: shared.losses };
  }

  afterEach(async () => {
    for (const each of toClose.splice(0)) await each.close();
  });

  it('caCerts: a Sentry with a certificate of its own', async () => {
    const sentry = await startSentry({ tls: TLS_CERTIFICATE });
    const [trusting, others] = [
      deliver({ dsn: sentry.dsn, caCerts: TLS_CERTIFICATE.cert }),
      deliver({ dsn: sentry.dsn }),
    ];
    assert.deepEqual(await trusting.delivery.send(outgoingTransaction()), { kind: 'delivered' });
    const outcome = await others.delivery.send(outgoingTransaction());
    assert.equal(outcome.kind, 'failed');
    assert.equal(sentry.requests.length, 1);
  });

  it('agent: whatever the application has made of it', async () => {
    const sentry = await startSentry({ tls: TLS_CERTIFICATE });
    const agent = new https.Agent({ ca: TLS_CERTIFICATE.cert, keepAlive: true, maxSockets: 2 });
    const { delivery } = deliver({ dsn: sentry.dsn, agent });
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => delivery.send(outgoingTransaction())),
    );
    assert.ok(outcomes.every(({ kind }) => kind === 'delivered'));
    assert.ok(sentry.connections <= 2);
    await delivery.close(1000);
    assert.ok(Object.keys(agent.freeSockets).length > 0);
    agent.destroy();
  });

  it('agent: one for http where the dsn has https is an error like others', async () => {
    const sentry = await startSentry({ tls: TLS_CERTIFICATE });
    const { delivery, losses } = deliver({ dsn: sentry.dsn, agent: new http.Agent() });
    const outcome = await delivery.send(outgoingTransaction());
    assert.equal(outcome.kind, 'failed');
    assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 1, 'network_error/span': 3 });
  });

  it('dsn: an IPv6 address, a path in front, a secret that stays here', async function () {
    const sentry = await startSentry({ host: '::1', path: 'sub/dir' }).catch(() => undefined);
    if (sentry === undefined) {
      this.skip();
      return;
    }
    const dsn = sentry.dsn.replace('@', ':abcdef@');
    const { delivery } = deliver({ dsn });
    assert.deepEqual(await delivery.send(outgoingTransaction()), { kind: 'delivered' });
    const [request] = sentry.requests;
    assert.match(request?.url ?? '', /^\/sub\/dir\/api\/42\/envelope\/\?sentry_version=7&sentry_key=/);
    assert.equal(request?.headers.host, `[::1]:${sentry.port}`);
    assert.ok(!JSON.stringify([request.url, request.headers]).includes('abcdef'));
    assert.deepEqual(sentry.violations, []);
  });

  it('tunnel: the dsn without its secret in every envelope, and no key in the request', async () => {
    const sentry = await startSentry();
    const dsn = sentry.dsn.replace('@', ':abcdef@');
    const { delivery, losses } = deliver({ dsn, tunnel: sentry.tunnelUrl });
    losses.add('sample_rate', 'span');
    assert.deepEqual(await delivery.send(outgoingTransaction()), { kind: 'delivered' });
    assert.equal(await delivery.flush(1000), true);
    assert.deepEqual(
      sentry.requests.map(({ url, envelope }) => [url, envelope?.headers['dsn']]),
      [
        ['/tunnel', sentry.dsn],
        ['/tunnel', sentry.dsn],
      ],
    );
    assert.ok(sentry.requests.every(({ headers }) => !JSON.stringify(headers).includes(PUBLIC_KEY)));
    assert.deepEqual(sentry.violations, []);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`redirects are not followed: ${status}`, async () => {
      const [sentry, elsewhere] = [await startSentry(), await startSentry()];
      const { delivery, losses } = deliver({ dsn: sentry.dsn });
      sentry.answerNext({ status, headers: { location: elsewhere.envelopeUrl } });
      const outgoing = outgoingTransaction();
      assert.deepEqual(await delivery.send(outgoing), { kind: 'rejected', statusCode: status });
      assert.deepEqual([sentry.requests.length, elsewhere.connections], [1, 0]);
      assertBalanced(delivery, losses, [outgoing]);
    });
  }

  // 12000 characters of three bytes each.
  const wide = outgoingTransaction({ name: '名'.repeat(12_000) });
  const zstd = 'zstdCompress' in zlib ? 'zstd' : 'gzip';
  for (const [compression, small, large] of [
    ['none', undefined, undefined],
    ['gzip', undefined, 'gzip'],
    ['zstd', undefined, zstd],
    [undefined, undefined, 'gzip'],
  ] as const) {
    it(`compression ${compression ?? 'not given'}: large envelopes ${large ?? 'as they are'}`, async () => {
      const sentry = await startSentry();
      const { delivery } = deliver({ dsn: sentry.dsn, compression });
      for (const outgoing of [outgoingTransaction(), wide]) {
        assert.deepEqual(await delivery.send(outgoing), { kind: 'delivered' });
      }
      assert.deepEqual(
        sentry.requests.map(({ headers }) => headers['content-encoding']),
        [small, large],
      );
      assert.deepEqual(sentry.violations, []);
    });
  }

  it('a name that cannot be resolved is tried again, then lost, and counted', async () => {
    const clock = new FakeClock();
    const asked: string[] = [];
    // Nothing leaves the machine: the agent answers for the resolver.
    const agent = new http.Agent({
      lookup: (hostname, _options, callback) => {
        asked.push(hostname);
        callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), '', 4);
      },
    });
    const { delivery, losses } = deliver(
      { dsn: `http://${PUBLIC_KEY}@sentry.invalid/42`, agent, sendClientReports: false },
      clock,
    );
    const outgoing = outgoingTransaction();
    const sent = delivery.send(outgoing);
    for (const [attempts, pauseMillis] of [
      [1, 1000],
      [2, 3000],
    ] as const) {
      await until(() => asked.length === attempts);
      await settle();
      clock.advance(pauseMillis);
    }
    assert.equal((await sent).kind, 'failed');
    assert.deepEqual(asked, ['sentry.invalid', 'sentry.invalid', 'sentry.invalid']);
    assert.match(delivery.snapshot().lastProblem ?? '', /ENOTFOUND sentry\.invalid/);
    assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 1, 'network_error/span': 3 });
    assertBalanced(delivery, losses, [outgoing]);
  });

  it('a port where nobody listens is tried again, and may come alive', async () => {
    const clock = new FakeClock();
    const first = await FakeSentry.start();
    const { port, dsn } = first;
    await first.close();
    const { delivery } = deliver({ dsn }, clock);
    const attempt = nextClientSocket();
    const sent = delivery.send(outgoingTransaction());
    const socket = await attempt;
    await new Promise(resolve => socket.once('close', resolve));
    const sentry = await startSentry({ port });
    await settle();
    clock.advance(1000);
    assert.deepEqual(await sent, { kind: 'delivered' });
    assert.equal(sentry.requests.length, 1);
  });
});

describe('answers that are not what they should be', () => {
  let server: RawServer | undefined;

  afterEach(() => server?.close());

  async function send(react: (socket: Socket) => void, clock = new FakeClock()) {
    server = await RawServer.start(react);
    const transport = createHttpTransport({ url: server.url, sdk: SDK, clock });
    const reacted = server.reacted();
    const sending = transport.send(ENVELOPE, TIMEOUT_MILLIS);
    return { server, transport, sending, reacted };
  }

  for (const [what, bytes] of [
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
    ['no status', 'HTTP/1.1\r\n\r\n'],
    ['headers without an end', `HTTP/1.1 200 OK\r\n${'x-padding: 0123456789\r\n'.repeat(10_000)}`],
    ['nothing', ''],
  ] as const) {
    it(`fails when there is ${what}`, async () => {
      const { sending, transport } = await send(socket => socket.end(bytes));
      await assert.rejects(sending);
      transport.close();
    });
  }

  for (const [what, bytes] of [
    [
      'after others that announce it',
      'HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    ],
    ['of HTTP 1.0', 'HTTP/1.0 200 OK\r\n\r\n{"id":"1"}'],
    ['with a body that is cut off', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'],
    ['with chunks that are none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
    ['with nothing after the headers', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ] as const) {
    it(`takes a status ${what}`, async () => {
      const { sending, transport } = await send(socket => socket.end(bytes));
      assert.equal((await sending).statusCode, 200);
      transport.close();
    });
  }

  it('gives up in time when headers come byte by byte', async () => {
    const clock = new FakeClock();
    const { sending, reacted, server, transport } = await send(socket => {
      const drip = () => socket.write('x', error => (error ? undefined : setImmediate(drip)));
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ', drip);
    }, clock);
    const rejected = assert.rejects(sending, /no answer within 10000 ms|Header overflow/);
    await reacted;
    clock.advance(TIMEOUT_MILLIS);
    await rejected;
    await until(() => server.openConnections === 0);
    transport.close();
  });

  it('stops reading a body that never ends', async () => {
    let written = 0;
    const { sending, server, transport } = await send(socket => {
      const chunk = Buffer.alloc(16 * 1024, 'x');
      const pour = () => {
        written += chunk.length;
        socket.write(chunk, error => (error ? undefined : setImmediate(pour)));
      };
      socket.write('HTTP/1.1 413 Too Large\r\n\r\n', pour);
    });
    assert.equal((await sending).statusCode, 413);
    await until(() => server.openConnections === 0);
    assert.ok(written < MAX_RESPONSE_BYTES * 100, `${written} bytes were taken`);
    transport.close();
  });

  it('knows the status while the body comes byte by byte', async () => {
    const clock = new FakeClock();
    const arrived = nextResponse();
    const { sending, server, transport } = await send(socket => {
      const drip = () => socket.write('1\r\nx\r\n', error => (error ? undefined : setImmediate(drip)));
      socket.write('HTTP/1.1 429 No\r\nretry-after: 7\r\ntransfer-encoding: chunked\r\n\r\n', drip);
    }, clock);
    await arrived;
    clock.advance(TIMEOUT_MILLIS);
    const { statusCode, headers } = await sending;
    assert.deepEqual([statusCode, headers?.['retry-after']], [429, '7']);
    await until(() => server.openConnections === 0);
    transport.close();
  });

  it('fails when TLS meets a port without it', async () => {
    server = await RawServer.start(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const url = server.url.replace('http:', 'https:');
    const transport = createHttpTransport({ url, sdk: SDK, clock: new FakeClock() });
    await assert.rejects(transport.send(ENVELOPE, TIMEOUT_MILLIS));
    transport.close();
  });
});
