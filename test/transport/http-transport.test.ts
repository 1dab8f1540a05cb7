import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { envelopeUrl, parseDsn } from '../../src/protocol/dsn.js';
import { serializeEnvelope } from '../../src/protocol/envelope.js';
import { MAX_RESPONSE_BYTES } from '../../src/transport/http-client.js';
import type { HttpTransportOptions } from '../../src/transport/http-options.js';
import { createHttpTransport, type HttpTransport } from '../../src/transport/http-transport.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { FakeSentry, PUBLIC_KEY, type FakeSentryOptions } from '../support/fake-sentry.js';
import { errorOfBytes } from '../support/outgoing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { TLS_CERTIFICATE } from '../support/tls-certificate.js';
import { describeTransportContract } from '../support/transport-contract.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const TIMEOUT_MILLIS = 10_000;
const SENT_AT = '2026-11-20T10:15:31.204Z';

const SMALL = errorOfBytes(1000);

describe('createHttpTransport', () => {
  describeTransportContract((url, clock) => createHttpTransport({ url, sdk: SDK, clock }));

  const toClose: { close(): unknown }[] = [];

  async function start(options?: FakeSentryOptions): Promise<FakeSentry> {
    const sentry = await FakeSentry.start(options);
    toClose.push(sentry);
    return sentry;
  }

  function create(sentry: FakeSentry, options: Partial<HttpTransportOptions> = {}): HttpTransport {
    const transport = createHttpTransport({
      url: sentry.envelopeUrl,
      sdk: SDK,
      clock: new FakeClock(),
      ...options,
    });
    toClose.unshift(transport);
    return transport;
  }

  afterEach(async () => {
    for (const each of toClose.splice(0)) await each.close();
  });

  describe('the request', () => {
    it('authenticates in the query and nowhere else', async () => {
      const sentry = await start();
      const dsn = parseDsn(sentry.dsn);
      assert.ok(dsn !== undefined);
      await create(sentry, { url: envelopeUrl(dsn, SDK) }).send(SMALL, TIMEOUT_MILLIS);
      const [request] = sentry.requests;
      assert.equal(
        request?.url,
        `/api/42/envelope/?sentry_version=7&sentry_key=${PUBLIC_KEY}&sentry_client=otel-sentry-bridge%2F0.1.0`,
      );
      assert.equal(request.headers['x-sentry-auth'], undefined);
      assert.equal(request.headers.authorization, undefined);
      assert.deepEqual(sentry.violations, []);
    });

    it('says what it is and how long', async () => {
      const sentry = await start();
      await create(sentry).send(SMALL, TIMEOUT_MILLIS);
      assert.deepEqual(sentry.requests[0]?.headers, {
        'user-agent': 'otel-sentry-bridge/0.1.0',
        'content-type': 'application/x-sentry-envelope',
        'content-length': String(SMALL.byteLength),
        host: `127.0.0.1:${sentry.port}`,
        connection: 'keep-alive',
      });
    });

    it('carries headers of the application, which cannot spoil the body', async () => {
      const sentry = await start();
      const headers = {
        'X-Extra': 'yes',
        'User-Agent': 'mine',
        'Content-Length': '1',
        'CONTENT-TYPE': 'text/plain',
      };
      await create(sentry, { headers }).send(SMALL, TIMEOUT_MILLIS);
      const received = sentry.requests[0]?.headers ?? {};
      assert.equal(received['x-extra'], 'yes');
      assert.equal(received['user-agent'], 'mine');
      assert.equal(received['content-type'], 'application/x-sentry-envelope');
      assert.equal(received['content-length'], String(SMALL.byteLength));
    });

    it('fails at once, as often as it is tried, when a header of the application is none', async () => {
      const sentry = await start();
      const transport = create(sentry, { headers: { 'no name': 'x' } });
      for (let attempt = 0; attempt < 31; attempt++)
        await assert.rejects(transport.send(SMALL, TIMEOUT_MILLIS), /invalid .*header/i);
      assert.equal(sentry.requests.length, 0);
    });

    it('goes to a tunnel without authentication', async () => {
      const sentry = await start();
      const envelope = serializeEnvelope({ headers: { sent_at: SENT_AT, dsn: sentry.dsn }, items: [] });
      const { statusCode } = await create(sentry, { url: `${sentry.tunnelUrl}?to=sentry` }).send(
        envelope,
        TIMEOUT_MILLIS,
      );
      assert.equal(statusCode, 200);
      assert.equal(sentry.requests[0]?.url, '/tunnel?to=sentry');
      assert.deepEqual(sentry.violations, []);
    });

    it('passes on user and password of a tunnel', async () => {
      const sentry = await start();
      const url = sentry.tunnelUrl.replace('://', '://us%40er:p%3Ass@');
      await create(sentry, { url }).send(SMALL, TIMEOUT_MILLIS);
      assert.equal(
        sentry.requests[0]?.headers.authorization,
        `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`,
      );
      assert.equal(sentry.requests[0]?.url, '/tunnel');
    });

    it('goes to a path prefix', async () => {
      const sentry = await start({ path: 'sub/dir' });
      await create(sentry).send(SMALL, TIMEOUT_MILLIS);
      assert.deepEqual(sentry.violations, []);
    });

    it('reaches an IPv6 address', async function () {
      const sentry = await start({ host: '::1' }).catch(() => undefined);
      if (sentry === undefined) {
        this.skip();
        return;
      }
      await create(sentry).send(SMALL, TIMEOUT_MILLIS);
      assert.equal(sentry.requests[0]?.headers.host, `[::1]:${sentry.port}`);
      assert.deepEqual(sentry.violations, []);
    });

    it('with an agent goes through what nock intercepts', async () => {
      // Loading it is enough to patch everything.
      const { default: nock } = await import('nock');
      try {
        const scope = nock('https://o1.ingest.sentry.io')
          .post('/api/42/envelope/?sentry_version=7')
          .reply(429, {}, { 'X-Sentry-Rate-Limits': '60::key' });
        const url = 'https://o1.ingest.sentry.io/api/42/envelope/?sentry_version=7';
        const transport = createHttpTransport({ url, sdk: SDK, agent: new https.Agent() });
        assert.deepEqual(await transport.send(SMALL, TIMEOUT_MILLIS), {
          statusCode: 429,
          headers: { 'retry-after': undefined, 'x-sentry-rate-limits': '60::key' },
        });
        assert.ok(scope.isDone());
        transport.close();
      } finally {
        nock.restore();
        nock.cleanAll();
      }
    });
  });

  describe('compression', () => {
    const KIB_32 = 32_768;
    for (const [bytes, encoding] of [
      [KIB_32 - 1, undefined],
      [KIB_32, 'gzip'],
      [KIB_32 + 1, 'gzip'],
      [1024 * 1024, 'gzip'],
    ] as const) {
      it(`of ${bytes} bytes is ${encoding ?? 'not worth it'}`, async () => {
        const sentry = await start();
        const envelope = errorOfBytes(bytes);
        assert.equal(envelope.byteLength, bytes);
        await create(sentry).send(envelope, TIMEOUT_MILLIS);
        const [request] = sentry.requests;
        assert.equal(request?.headers['content-encoding'], encoding);
        assert.equal(request?.headers['content-length'], String(request?.rawBody.length));
        assert.deepEqual(new Uint8Array(request?.body ?? []), envelope);
        if (encoding !== undefined) assert.ok(request !== undefined && request.rawBody.length < bytes / 10);
      });
    }

    it('goes by bytes, not by characters', async () => {
      const sentry = await start();
      await create(sentry).send(errorOfBytes(KIB_32, '名'), TIMEOUT_MILLIS);
      assert.equal(sentry.requests[0]?.headers['content-encoding'], 'gzip');
    });

    it('begins where it is told to', async () => {
      const sentry = await start();
      await create(sentry, { compressionThresholdBytes: 0 }).send(SMALL, TIMEOUT_MILLIS);
      assert.equal(sentry.requests[0]?.headers['content-encoding'], 'gzip');
      assert.deepEqual(new Uint8Array(sentry.requests[0]?.body ?? []), SMALL);
    });

    it('can be turned off', async () => {
      const sentry = await start();
      await create(sentry, { compression: 'none' }).send(errorOfBytes(100_000), TIMEOUT_MILLIS);
      assert.equal(sentry.requests[0]?.headers['content-encoding'], undefined);
    });

    it('is zstd where Node has it, else gzip with one warning', async () => {
      const sentry = await start();
      const log = new RecordedLog();
      const zlib = await import('node:zlib');
      const encoding = 'zstdCompress' in zlib ? 'zstd' : 'gzip';
      const transport = create(sentry, { compression: 'zstd' });
      await Promise.all([1, 2, 3].map(() => transport.send(errorOfBytes(100_000), TIMEOUT_MILLIS)));
      log.stop();
      assert.deepEqual(
        sentry.requests.map(({ headers }) => headers['content-encoding']),
        [encoding, encoding, encoding],
      );
      assert.deepEqual(
        log.lines,
        encoding === 'gzip' ? ['warn: this version of Node has no zstd; compressing with gzip'] : [],
      );
      assert.deepEqual(sentry.violations, []);
    });

    it('counts towards the deadline', async () => {
      const sentry = await start();
      const clock = new FakeClock();
      const sending = create(sentry, { clock }).send(randomBytes(1_000_000), TIMEOUT_MILLIS);
      clock.advance(TIMEOUT_MILLIS);
      await assert.rejects(sending, /no answer within 10000 ms/);
      assert.equal(sentry.requests.length, 0);
    });
  });

  describe('connections', () => {
    it('are used again', async () => {
      const sentry = await start();
      const transport = create(sentry);
      for (let i = 0; i < 5; i++) await transport.send(SMALL, TIMEOUT_MILLIS);
      assert.equal(sentry.connections, 1);
    });

    it('are used again after answers of any status', async () => {
      const sentry = await start();
      const transport = create(sentry);
      for (const status of [204, 301, 400, 413, 429, 500]) {
        sentry.answerNext({ status });
        await transport.send(SMALL, TIMEOUT_MILLIS);
      }
      assert.equal(sentry.connections, 1);
    });

    it('are no more than thirty', async () => {
      const sentry = await start();
      const gate = new Promise<void>(resolve => void sentry.received(30).then(resolve));
      sentry.answerAlways({ after: gate });
      const transport = create(sentry);
      await Promise.all(Array.from({ length: 100 }, () => transport.send(SMALL, TIMEOUT_MILLIS)));
      assert.equal(sentry.connections, 30);
      assert.equal(sentry.requests.length, 100);
    });

    it('that are waited for are no longer waited for after close', async () => {
      const sentry = await start();
      sentry.answerAlways('never');
      const transport = create(sentry);
      const sending = Array.from({ length: 40 }, () => transport.send(SMALL, TIMEOUT_MILLIS));
      const outcomes = Promise.allSettled(sending);
      await sentry.received(30);
      transport.close();
      assert.ok((await outcomes).every(({ status }) => status === 'rejected'));
    });

    it('that were closed while idle cost nothing', async () => {
      const sentry = await start();
      const transport = create(sentry);
      await transport.send(SMALL, TIMEOUT_MILLIS);
      sentry.closeConnections();
      assert.equal((await transport.send(SMALL, TIMEOUT_MILLIS)).statusCode, 200);
    });

    it('that are closed just when they are used again are replaced, silently and once', async () => {
      const sentry = await start();
      const transport = create(sentry);
      await transport.send(SMALL, TIMEOUT_MILLIS);
      sentry.answerNext('reset');
      assert.equal((await transport.send(SMALL, TIMEOUT_MILLIS)).statusCode, 200);
      assert.deepEqual(
        sentry.requests.map(({ connection }) => connection),
        [1, 1, 2],
      );
      sentry.answerNext('reset', 'reset');
      await assert.rejects(transport.send(SMALL, TIMEOUT_MILLIS), { code: 'ECONNRESET' });
      assert.equal(sentry.requests.length, 5);
    });

    it('that are new are not replaced', async () => {
      const sentry = await start();
      sentry.answerNext('reset');
      await assert.rejects(create(sentry).send(SMALL, TIMEOUT_MILLIS), { code: 'ECONNRESET' });
      assert.equal(sentry.requests.length, 1);
    });

    it('are not replaced when the deadline is what broke them', async () => {
      const sentry = await start();
      const clock = new FakeClock();
      const transport = create(sentry, { clock });
      await transport.send(SMALL, TIMEOUT_MILLIS);
      sentry.answerNext('never');
      const rejected = assert.rejects(transport.send(SMALL, TIMEOUT_MILLIS), /no answer within 10000 ms/);
      await sentry.received(2);
      clock.advance(TIMEOUT_MILLIS);
      await rejected;
      assert.equal(sentry.requests.length, 2);
    });

    it('are given up when an answer is unreasonably long', async () => {
      const sentry = await start();
      const transport = create(sentry);
      sentry.answerNext({ status: 413, body: Buffer.alloc(MAX_RESPONSE_BYTES * 100) });
      assert.equal((await transport.send(SMALL, TIMEOUT_MILLIS)).statusCode, 413);
      await transport.send(SMALL, TIMEOUT_MILLIS);
      assert.equal(sentry.connections, 2);
    });

    it('are kept when an answer is just short enough', async () => {
      const sentry = await start();
      const transport = create(sentry);
      sentry.answerNext({ body: Buffer.alloc(MAX_RESPONSE_BYTES) });
      await transport.send(SMALL, TIMEOUT_MILLIS);
      await transport.send(SMALL, TIMEOUT_MILLIS);
      assert.equal(sentry.connections, 1);
    });

    it('do not lead elsewhere', async () => {
      const sentry = await start();
      const elsewhere = await start();
      sentry.answerNext({ status: 307, headers: { location: elsewhere.envelopeUrl } });
      assert.equal((await create(sentry).send(SMALL, TIMEOUT_MILLIS)).statusCode, 307);
      assert.equal(elsewhere.requests.length, 0);
    });

    it('are closed on close, busy ones too', async () => {
      const sentry = await start();
      const transport = create(sentry);
      await transport.send(SMALL, TIMEOUT_MILLIS);
      sentry.answerNext('never');
      const rejected = assert.rejects(transport.send(SMALL, TIMEOUT_MILLIS));
      await sentry.received(2);
      transport.close();
      await rejected;
      await assert.rejects(transport.send(SMALL, TIMEOUT_MILLIS), /closed/);
      while (sentry.openConnections > 0) await settle();
    });

    it('are not made for what is still being compressed on close', async () => {
      const sentry = await start();
      const transport = create(sentry);
      const rejected = assert.rejects(transport.send(errorOfBytes(1_000_000), TIMEOUT_MILLIS), /closed/);
      transport.close();
      await rejected;
      assert.equal(sentry.connections, 0);
    });
  });

  describe('agents', () => {
    it('given by the application are used, and stay its own', async () => {
      const sentry = await start();
      const agent = new http.Agent({ keepAlive: true });
      const transport = create(sentry, { agent });
      await transport.send(SMALL, TIMEOUT_MILLIS);
      transport.close();
      assert.equal(Object.keys(agent.freeSockets).length, 1);
      agent.destroy();
    });

    it('can be made by somebody else when the first envelope is sent', async () => {
      const sentry = await start();
      const targets: string[] = [];
      const transport = create(sentry, {
        createAgent: async target => {
          targets.push(target.href);
          return new http.Agent();
        },
      });
      assert.deepEqual(targets, []);
      await transport.send(SMALL, TIMEOUT_MILLIS);
      await transport.send(SMALL, TIMEOUT_MILLIS);
      assert.deepEqual(targets, [sentry.envelopeUrl]);
      assert.equal(sentry.connections, 2);
    });

    it('that cannot be made are tried again with the next envelope', async () => {
      const sentry = await start();
      let failures = 1;
      const createAgent = async () => {
        if (failures-- > 0) throw new Error('no proxy today');
        return new http.Agent();
      };
      const transport = create(sentry, { createAgent });
      await assert.rejects(transport.send(SMALL, TIMEOUT_MILLIS), /no proxy today/);
      assert.equal((await transport.send(SMALL, TIMEOUT_MILLIS)).statusCode, 200);
    });
  });

  describe('TLS', () => {
    it('trusts given certificates', async () => {
      const sentry = await start({ tls: TLS_CERTIFICATE });
      for (const caCerts of [TLS_CERTIFICATE.cert, [TLS_CERTIFICATE.cert]]) {
        assert.equal((await create(sentry, { caCerts }).send(SMALL, TIMEOUT_MILLIS)).statusCode, 200);
      }
      assert.deepEqual(sentry.violations, []);
    });

    it('rejects others', async () => {
      const sentry = await start({ tls: TLS_CERTIFICATE });
      await assert.rejects(create(sentry).send(SMALL, TIMEOUT_MILLIS), {
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
    });
  });

  describe('when constructed', () => {
    for (const url of ['', 'sentry.io', '/tunnel', 'ftp://host/', 'file:///etc/passwd']) {
      it(`refuses the url "${url}"`, () =>
        assert.throws(() => createHttpTransport({ url, sdk: SDK }), TypeError));
    }

    it('refuses an agent that is none', () => {
      assert.throws(() => createHttpTransport({ url: 'http://host/', sdk: SDK, agent: {} }), TypeError);
    });
  });
});
