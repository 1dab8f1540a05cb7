import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import diagnosticsChannel from 'node:diagnostics_channel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { isTracingSuppressed } from '../../src/otel/suppress-tracing.js';
import { serializeEnvelope } from '../../src/protocol/envelope.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import { parseProxyAddress } from '../../src/transport/http-proxy-address.js';
import { ProxyError } from '../../src/transport/http-proxy-error.js';
import { isExempt } from '../../src/transport/http-proxy-exemption.js';
import { findProxy } from '../../src/transport/http-proxy-lookup.js';
import { proxyPackages, type ProxyPackages } from '../../src/transport/http-proxy-packages.js';
import { createProxyingAgentFactory } from '../../src/transport/http-proxy.js';
import type { HttpTransportOptions } from '../../src/transport/http-options.js';
import { createHttpTransport, type HttpTransport } from '../../src/transport/http-transport.js';
import { lossesOf } from '../support/accounts.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { FakeSentry, type FakeSentryOptions } from '../support/fake-sentry.js';
import { ForwardProxy, type ForwardProxyOptions } from '../support/forward-proxy.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { TLS_CERTIFICATE } from '../support/tls-certificate.js';
import { until } from '../support/until.js';
import { withProxyVariables } from '../support/variables.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const TIMEOUT_MILLIS = 10_000;
const ENVELOPE = serializeEnvelope({ headers: { sent_at: '2026-11-20T10:15:31.204Z' }, items: [] });
const HTTP = 'http://o1.ingest.sentry.io/api/1/envelope/';
const HTTPS = 'https://o1.ingest.sentry.io/api/1/envelope/';

describe('isExempt', () => {
  const cases: [noProxy: string, url: string, expected: boolean][] = [
    ['', HTTPS, false],
    ['*', HTTPS, true],
    ['other.com, *', HTTPS, true],
    ['o1.ingest.sentry.io', HTTPS, true],
    ['O1.Ingest.Sentry.IO', HTTPS, true],
    ['sentry.io', HTTPS, true],
    ['ntry.io', HTTPS, false],
    ['.sentry.io', HTTPS, true],
    ['.sentry.io', 'https://sentry.io/', false],
    ['*.sentry.io', HTTPS, true],
    ['*.sentry.io', 'https://sentry.io/', false],
    ['*sentry.io', 'https://mysentry.io/', true],
    ['localhost , sentry.io,127.0.0.1', HTTPS, true],
    ['localhost\tsentry.io', HTTPS, true],
    [' , ,,', HTTPS, false],
    ['sentry.io:443', HTTPS, true],
    ['sentry.io:80', HTTPS, false],
    ['sentry.io:80', HTTP, true],
    ['.sentry.io:8443', 'https://o1.sentry.io:8443/', true],
    ['.sentry.io:8443', 'https://o1.sentry.io/', false],
    ['*:9000', 'http://sentry:9000/', true],
    ['*:9000', 'http://sentry/', false],
    ['127.0.0.1', 'http://127.0.0.1:9000/', true],
    ['127.0.0.1:9000', 'http://127.0.0.1:9000/', true],
    ['27.0.0.1', 'http://127.0.0.1:9000/', false],
    ['::1', 'http://[::1]:9000/', true],
    ['[::1]', 'http://[::1]:9000/', true],
    ['[::1]:9000', 'http://[::1]:9000/', true],
    ['[::1]:9001', 'http://[::1]:9000/', false],
    ['::2', 'http://[::1]:9000/', false],
  ];
  for (const [noProxy, url, expected] of cases) {
    it(`says ${expected} to ${url} for "${noProxy}"`, () =>
      assert.equal(isExempt(new URL(url), noProxy), expected));
  }
});

describe('parseProxyAddress', () => {
  const cases: [text: string, url: string, credentials?: string][] = [
    ['http://proxy:3128', 'http://proxy:3128/'],
    ['https://proxy', 'https://proxy/'],
    ['http://[::1]:3128/', 'http://[::1]:3128/'],
    ['http://user:secret@proxy:3128', 'http://proxy:3128/', 'user:secret'],
    ['http://user@proxy', 'http://proxy/', 'user:'],
    ['http://us%40er:p%3Aa%2Fss@proxy', 'http://proxy/', 'us@er:p:a/ss'],
    ['http://jürgen:größe@proxy', 'http://proxy/', 'jürgen:größe'],
    ['http://user:100%@proxy', 'http://proxy/', 'user:100%'],
  ];
  for (const [text, url, credentials] of cases) {
    it(`reads ${text}`, () => {
      const address = parseProxyAddress(text, 'it');
      assert.equal(address.url.href, url);
      const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
      assert.equal(address.authorization, expected);
    });
  }

  for (const text of ['', 'user:secret@proxy', 'socks5://user:secret@proxy:1080', 'http://user:secret@']) {
    it(`refuses "${text}" and keeps what is secret`, () =>
      assert.throws(
        () => parseProxyAddress(text, 'the option proxy'),
        (error: Error) =>
          error instanceof ProxyError &&
          error.message.startsWith('the option proxy') &&
          !/secret/.test(error.message),
      ));
  }
});

describe('findProxy', () => {
  const find = (url: string, variables: Record<string, string>, option?: string) =>
    withProxyVariables(
      variables,
      async () => (await findProxy(new URL(url), option, proxyPackages))?.url.href,
    );

  const cases: [
    what: string,
    url: string,
    variables: Record<string, string>,
    expected: string | undefined,
  ][] = [
    ['nothing without variables', HTTPS, {}, undefined],
    ['https_proxy', HTTPS, { https_proxy: 'http://a:1' }, 'http://a:1/'],
    ['HTTPS_PROXY', HTTPS, { HTTPS_PROXY: 'http://a:1' }, 'http://a:1/'],
    ['http_proxy', HTTP, { http_proxy: 'http://a:1' }, 'http://a:1/'],
    ['HTTP_PROXY', HTTP, { HTTP_PROXY: 'http://a:1' }, 'http://a:1/'],
    ['lower case first', HTTPS, { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, 'http://a:1/'],
    ['no http_proxy for https', HTTPS, { http_proxy: 'http://a:1' }, undefined],
    ['no https_proxy for http', HTTP, { https_proxy: 'http://a:1' }, undefined],
    ['all_proxy for https', HTTPS, { all_proxy: 'http://a:1' }, 'http://a:1/'],
    ['ALL_PROXY for http', HTTP, { ALL_PROXY: 'http://a:1' }, 'http://a:1/'],
    ['all_proxy last', HTTPS, { all_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, 'http://b:1/'],
    ['empty variables as not set', HTTPS, { https_proxy: '', HTTPS_PROXY: 'http://b:1' }, 'http://b:1/'],
    ['http where there is no scheme', HTTPS, { https_proxy: 'a:3128' }, 'http://a:3128/'],
    ['https where it says so', HTTPS, { https_proxy: 'https://a:3128' }, 'https://a:3128/'],
    ['nothing for no_proxy', HTTPS, { https_proxy: 'http://a:1', no_proxy: 'x, sentry.io' }, undefined],
    ['nothing for NO_PROXY', HTTPS, { https_proxy: 'http://a:1', NO_PROXY: '*' }, undefined],
    ['a proxy for others', HTTPS, { https_proxy: 'http://a:1', NO_PROXY: 'localhost' }, 'http://a:1/'],
    ['the same on loopback', 'http://127.0.0.1:9000/tunnel', { http_proxy: 'http://a:1' }, 'http://a:1/'],
  ];
  for (const [what, url, variables, expected] of cases) {
    it(`takes ${what}`, async () => assert.equal(await find(url, variables), expected));
  }

  it('takes the option before variables', async () => {
    assert.equal(await find(HTTPS, { https_proxy: 'http://a:1' }, 'http://option:1'), 'http://option:1/');
  });

  it('applies NO_PROXY to the option', async () => {
    assert.equal(await find(HTTPS, { NO_PROXY: 'sentry.io' }, 'http://option:1'), undefined);
    assert.equal(await find(HTTPS, { NO_PROXY: 'other.io' }, 'http://option:1'), 'http://option:1/');
  });

  it('names the variable that cannot be used, not its value', async () => {
    await assert.rejects(find(HTTPS, { ALL_PROXY: 'socks5://user:secret@a:1' }), {
      name: 'ProxyError',
      message: 'the variable all_proxy has a proxy of the kind socks5:// where only http and https work',
    });
  });
});

describe('through a proxy', () => {
  const toClose: { close(): unknown }[] = [];

  async function startSentry(options?: FakeSentryOptions): Promise<FakeSentry> {
    const sentry = await FakeSentry.start(options);
    toClose.push(sentry);
    return sentry;
  }

  async function startProxy(options?: ForwardProxyOptions): Promise<ForwardProxy> {
    const proxy = await ForwardProxy.start(options);
    toClose.push(proxy);
    return proxy;
  }

  function create(
    url: string,
    proxy: string | false | undefined,
    options: Partial<HttpTransportOptions> = {},
    packages?: ProxyPackages,
  ): HttpTransport {
    const transport = createHttpTransport({
      url,
      sdk: SDK,
      clock: new FakeClock(),
      caCerts: TLS_CERTIFICATE.cert,
      createAgent: createProxyingAgentFactory(proxy, packages),
      ...options,
    });
    toClose.unshift(transport);
    return transport;
  }

  const send = (transport: HttpTransport) =>
    withProxyVariables({}, () => transport.send(ENVELOPE, TIMEOUT_MILLIS));

  afterEach(async () => {
    for (const each of toClose.splice(0)) await each.close();
  });

  describe('to https', () => {
    it('goes a tunnel that is used again', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      const transport = create(sentry.envelopeUrl, proxy.url);
      for (let i = 0; i < 5; i++) assert.equal((await send(transport)).statusCode, 200);
      assert.deepEqual(
        proxy.requests.map(({ method, target }) => `${method} ${target}`),
        [`CONNECT 127.0.0.1:${sentry.port}`],
      );
      assert.equal(sentry.connections, 1);
      assert.equal(sentry.requests.length, 5);
      assert.deepEqual(sentry.violations, []);
    });

    it('goes several tunnels at the same time', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      const gate = new Promise<void>(resolve => void sentry.received(10).then(resolve));
      sentry.answerAlways({ after: gate });
      const transport = create(sentry.envelopeUrl, proxy.url);
      await Promise.all(Array.from({ length: 10 }, () => send(transport)));
      assert.equal(proxy.connections, 10);
      await Promise.all(Array.from({ length: 10 }, () => send(transport)));
      assert.equal(proxy.connections, 10);
    });

    it('keeps an idle tunnel as long as any connection', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      const agent = await createProxyingAgentFactory(proxy.url)?.(new URL(sentry.envelopeUrl));
      assert.ok(agent);
      await send(create(sentry.envelopeUrl, undefined, { agent }));
      await settle();
      const [[socket] = []] = Object.values(agent.freeSockets);
      assert.equal(socket?.timeout, 4000);
      agent.destroy();
    });

    it('sends a tunnel that broke while idle once more, silently', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      const transport = create(sentry.envelopeUrl, proxy.url);
      await send(transport);
      sentry.answerNext('reset');
      assert.equal((await send(transport)).statusCode, 200);
      assert.equal(proxy.requests.length, 2);
    });

    it('shows credentials to the proxy and not to Sentry', async () => {
      const sentry = await startSentry({ tls: TLS_CERTIFICATE });
      const proxy = await startProxy({ credentials: 'us@er:p:ss' });
      await send(create(sentry.envelopeUrl, proxy.urlFor('us%40er:p%3Ass')));
      assert.equal(sentry.requests.length, 1);
      assert.equal(sentry.requests[0]?.headers['proxy-authorization'], undefined);
    });

    it('shows Sentry’s key and headers to Sentry and not to the proxy', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      await send(create(sentry.envelopeUrl, proxy.url, { headers: { 'x-secret': 'yes' } }));
      assert.equal(sentry.requests[0]?.headers['x-secret'], 'yes');
      assert.deepEqual(Object.keys(proxy.requests[0]?.headers ?? {}).sort(), ['host', 'proxy-connection']);
    });

    it('leaves names to the proxy', async () => {
      const sentry = await startSentry({ tls: TLS_CERTIFICATE });
      const proxy = await startProxy({ upstream: { host: '127.0.0.1', port: sentry.port } });
      const transport = create(sentry.envelopeUrl.replace(/127\.0\.0\.1:\d+/, 'localhost'), proxy.url);
      assert.equal((await send(transport)).statusCode, 200);
      assert.equal(proxy.requests[0]?.target, 'localhost:443');
    });

    it('names an IPv6 target in brackets', async () => {
      const sentry = await startSentry({ tls: TLS_CERTIFICATE });
      const proxy = await startProxy({ upstream: { host: '127.0.0.1', port: sentry.port } });
      await assert.rejects(send(create('https://[::1]:9000/api/42/envelope/', proxy.url)), {
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      });
      assert.equal(proxy.requests[0]?.target, '[::1]:9000');
    });

    for (const host of ['sentry.invalid', '127.0.0.2']) {
      it(`rejects a certificate that is not for ${host}`, async () => {
        const sentry = await startSentry({ tls: TLS_CERTIFICATE });
        const proxy = await startProxy({ upstream: { host: '127.0.0.1', port: sentry.port } });
        const viaName = proxy.url.replace('127.0.0.1', 'localhost');
        await assert.rejects(send(create(`https://${host}/api/42/envelope/`, viaName)), {
          code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        });
        assert.equal(sentry.requests.length, 0);
      });
    }

    it('trusts given certificates only for Sentry', async () => {
      const sentry = await startSentry({ tls: TLS_CERTIFICATE });
      const proxy = await startProxy();
      await assert.rejects(send(create(sentry.envelopeUrl, proxy.url, { caCerts: undefined })), {
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
      const secureProxy = await startProxy({ tls: TLS_CERTIFICATE });
      await assert.rejects(send(create(sentry.envelopeUrl, secureProxy.url)), (error: Error) => {
        assert.match(
          error.message,
          /^no connection through the proxy https:\/\/localhost:\d+: .*certificate/,
        );
        return true;
      });
    });

    for (const status of [400, 403, 407, 500, 502, 503, 504]) {
      it(`fails when the proxy answers ${status}`, async () => {
        const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
        proxy.answerNext({ status });
        const transport = create(sentry.envelopeUrl, proxy.urlFor('user:secret'));
        await assert.rejects(send(transport), (error: ProxyError) => {
          assert.equal(error.name, 'ProxyError');
          assert.ok(error.message.startsWith(`the proxy ${proxy.url} answered CONNECT with ${status}`));
          assert.equal(error.code, status > 500 ? 'EHOSTUNREACH' : undefined);
          return true;
        });
        assert.equal(sentry.connections, 0);
        assert.equal((await send(transport)).statusCode, 200);
      });
    }

    for (const script of ['reset', 'end'] as const) {
      it(`fails when the proxy hangs up (${script})`, async () => {
        const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
        proxy.answerNext(script);
        await assert.rejects(send(create(sentry.envelopeUrl, proxy.url)), {
          name: 'ProxyError',
          code: 'ECONNRESET',
        });
      });
    }

    it('fails for all that wait when the proxy fails', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      proxy.answerNext(...Array.from({ length: 100 }, () => ({ status: 403 })));
      const transport = create(sentry.envelopeUrl, proxy.url);
      const results = await Promise.allSettled(Array.from({ length: 100 }, () => send(transport)));
      assert.ok(results.every(({ status }) => status === 'rejected'));
    });

    it('fails when there is no proxy', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await ForwardProxy.start()];
      const { url } = proxy;
      await proxy.close();
      await assert.rejects(send(create(sentry.envelopeUrl, url)), (error: ProxyError) => {
        assert.match(error.message, /ECONNREFUSED/);
        return error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNREFUSED';
      });
    });

    it('gives up in time when the proxy never answers', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      const clock = new FakeClock();
      proxy.answerNext('never');
      const rejected = assert.rejects(
        send(create(sentry.envelopeUrl, proxy.url, { clock })),
        /no answer within 10000 ms/,
      );
      await proxy.received(1);
      clock.advance(TIMEOUT_MILLIS);
      await rejected;
      await until(() => proxy.openConnections === 0);
    });

    it('gives up in time when Sentry never answers', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      const clock = new FakeClock();
      sentry.answerNext('never');
      const transport = create(sentry.envelopeUrl, proxy.url, { clock });
      const rejected = assert.rejects(send(transport), /no answer within 10000 ms/);
      await sentry.received(1);
      clock.advance(TIMEOUT_MILLIS);
      await rejected;
      await until(() => proxy.openConnections === 0);
    });

    it('is closed on close, tunnels that are being made too', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      const transport = create(sentry.envelopeUrl, proxy.url);
      await send(transport);
      sentry.answerNext('never');
      proxy.answerNext('never');
      const rejected = [1, 2].map(() => assert.rejects(send(transport), /the transport was closed/));
      await Promise.all([sentry.received(2), proxy.received(2)]);
      transport.close();
      await Promise.all(rejected);
      await until(() => proxy.openConnections + sentry.openConnections === 0);
    });
  });

  describe('to http', () => {
    it('is forwarded over connections that are used again', async () => {
      const [sentry, proxy] = [await startSentry(), await startProxy()];
      const transport = create(sentry.envelopeUrl, proxy.url);
      for (let i = 0; i < 5; i++) assert.equal((await send(transport)).statusCode, 200);
      assert.deepEqual(
        proxy.requests.map(({ method, target, connection }) => [method, target, connection]),
        Array.from({ length: 5 }, () => ['POST', sentry.envelopeUrl, 1]),
      );
      assert.equal(proxy.requests[0]?.headers.host, `127.0.0.1:${sentry.port}`);
      assert.deepEqual(sentry.violations, []);
    });

    it('shows credentials to the proxy', async () => {
      const [sentry, proxy] = [await startSentry(), await startProxy({ credentials: 'us@er:p:ss' })];
      assert.equal((await send(create(sentry.envelopeUrl, proxy.urlFor('us%40er:p%3Ass')))).statusCode, 200);
      assert.equal((await send(create(sentry.envelopeUrl, proxy.urlFor('user:wrong')))).statusCode, 407);
      assert.equal(sentry.requests.length, 1);
    });

    it('leaves names to the proxy', async () => {
      const sentry = await startSentry();
      const proxy = await startProxy({ upstream: { host: '127.0.0.1', port: sentry.port } });
      const url = sentry.envelopeUrl.replace(/127\.0\.0\.1:\d+/, 'sentry.invalid');
      assert.equal((await send(create(url, proxy.url))).statusCode, 200);
      assert.equal(proxy.requests[0]?.target, url);
      assert.equal(sentry.requests[0]?.headers.host, 'sentry.invalid');
    });

    it('reaches an IPv6 target', async function () {
      const sentry = await FakeSentry.start({ host: '::1' }).catch(() => undefined);
      if (sentry === undefined) {
        this.skip();
        return;
      }
      toClose.push(sentry);
      const proxy = await startProxy();
      assert.equal((await send(create(sentry.envelopeUrl, proxy.url))).statusCode, 200);
      assert.equal(proxy.requests[0]?.target, sentry.envelopeUrl);
    });

    it('reaches a tunnel with its credentials', async () => {
      const [sentry, proxy] = [await startSentry(), await startProxy()];
      await send(create(sentry.tunnelUrl.replace('://', '://user:pass@'), proxy.url));
      assert.equal(sentry.requests[0]?.headers.authorization, `Basic ${btoa('user:pass')}`);
      assert.equal(proxy.requests[0]?.target, sentry.tunnelUrl);
    });

    it('does not trust a proxy for the certificates given for Sentry', async () => {
      const [sentry, proxy] = [await startSentry(), await startProxy({ tls: TLS_CERTIFICATE })];
      await assert.rejects(send(create(sentry.envelopeUrl, proxy.url)), {
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
    });

    it('uses no more than thirty connections', async () => {
      const [sentry, proxy] = [await startSentry(), await startProxy()];
      const transport = create(sentry.envelopeUrl, proxy.url);
      await Promise.all(Array.from({ length: 100 }, () => send(transport)));
      assert.ok(proxy.connections <= 30, `${proxy.connections} connections`);
      assert.equal(sentry.requests.length, 100);
    });

    for (const script of ['reset', 'end'] as const) {
      it(`fails when the proxy hangs up (${script})`, async () => {
        const [sentry, proxy] = [await startSentry(), await startProxy()];
        proxy.answerNext(script);
        await assert.rejects(send(create(sentry.envelopeUrl, proxy.url)), { code: 'ECONNRESET' });
      });
    }

    it('gives up in time when the proxy never answers', async () => {
      const [sentry, proxy] = [await startSentry(), await startProxy()];
      const clock = new FakeClock();
      proxy.answerNext('never');
      const transport = create(sentry.envelopeUrl, proxy.url, { clock });
      const rejected = assert.rejects(send(transport), /no answer within 10000 ms/);
      await proxy.received(1);
      clock.advance(TIMEOUT_MILLIS);
      await rejected;
    });
  });

  describe('packages', () => {
    const forbidden: ProxyPackages = {
      getProxyForUrl: () => Promise.reject(new Error('asked for')),
      tunnelAgent: () => Promise.reject(new Error('asked for')),
    };

    it('are not loaded where no proxy applies', async () => {
      const sentry = await startSentry();
      assert.equal((await send(create(sentry.envelopeUrl, undefined, {}, forbidden))).statusCode, 200);
      const exempt = create(sentry.envelopeUrl, 'http://option:1', {}, forbidden);
      const variables = { NO_PROXY: '127.0.0.1' };
      await withProxyVariables(variables, () => exempt.send(ENVELOPE, TIMEOUT_MILLIS));
      const ignoring = create(sentry.envelopeUrl, false, {}, forbidden);
      await withProxyVariables({ http_proxy: 'http://a:1' }, () => ignoring.send(ENVELOPE, TIMEOUT_MILLIS));
      assert.equal(sentry.requests.length, 3);
    });

    it('that are missing make sending fail, and say so', async () => {
      const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
      await assert.rejects(send(create(sentry.envelopeUrl, proxy.url, {}, forbidden)), /asked for/);
      assert.equal(sentry.connections, 0);
    });
  });

  it('goes by the variables', async () => {
    const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
    const transport = create(sentry.envelopeUrl, undefined);
    const variables = { HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' };
    await withProxyVariables(variables, () => transport.send(ENVELOPE, TIMEOUT_MILLIS));
    assert.equal(proxy.requests.length, 1);
  });

  it('is not gone where the application has its own agent', async () => {
    const [sentry, proxy] = [await startSentry(), await startProxy()];
    const { Agent } = await import('node:http');
    await send(create(sentry.envelopeUrl, proxy.url, { agent: new Agent() }));
    assert.equal(proxy.requests.length, 0);
  });

  it('is tried again, then counted as a network failure, and said once', async () => {
    const [sentry, proxy] = [await startSentry({ tls: TLS_CERTIFICATE }), await startProxy()];
    const [log, clock, losses] = [new RecordedLog(), new FakeClock(), new LossCounter()];
    const transport = create(sentry.envelopeUrl, proxy.urlFor('user:secret'), { clock });
    const delivery = new Delivery({ transport, losses, clock, sdk: SDK, sendClientReports: false });
    await withProxyVariables({}, async () => {
      proxy.answerNext({ status: 502 });
      const sending = delivery.send(outgoingTransaction());
      await proxy.received(1);
      // It is closed by the one who does not like the answer.
      await until(() => proxy.openConnections === 0);
      await settle();
      clock.advance(1000);
      assert.equal((await sending).kind, 'delivered');
      sentry.closeConnections();
      await settle();
      proxy.answerNext({ status: 407 }, { status: 407 });
      for (let i = 0; i < 2; i++) assert.equal((await delivery.send(outgoingTransaction())).kind, 'failed');
    });
    log.stop();
    assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 2, 'network_error/span': 6 });
    assert.deepEqual(log.lines, [
      `info: sending through the proxy ${proxy.url}`,
      `warn: Sentry cannot be reached (ProxyError: the proxy ${proxy.url} answered CONNECT with 407 (are its credentials right?)); envelopes are lost until it can`,
    ]);
    await delivery.close(0);
  });

  describe('own traffic', () => {
    let exporter: InMemorySpanExporter;
    let instrumentation: HttpInstrumentation;
    const suppressed: boolean[] = [];
    const onSocket = () => void suppressed.push(isTracingSuppressed(context.active()));

    before(() => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      propagation.setGlobalPropagator(new W3CTraceContextPropagator());
      exporter = new InMemorySpanExporter();
      instrumentation = new HttpInstrumentation({ disableIncomingRequestInstrumentation: true });
      instrumentation.setTracerProvider(
        new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
      );
      createRequire(import.meta.url)('http');
      diagnosticsChannel.subscribe('net.client.socket', onSocket);
    });

    after(() => {
      diagnosticsChannel.unsubscribe('net.client.socket', onSocket);
      instrumentation.disable();
      context.disable();
      propagation.disable();
    });

    for (const tls of [undefined, TLS_CERTIFICATE]) {
      it(`is not traced on its way to the proxy, sockets included (${tls ? 'https' : 'http'})`, async () => {
        const sentry = await startSentry(tls && { tls });
        // The proxy of this test lives in the same process: what it opens itself is not ours.
        const proxy = await startProxy();
        proxy.answerNext('reset', 'reset', 'reset');
        suppressed.length = 0;
        const transport = create(sentry.envelopeUrl, proxy.url);
        await Promise.all([1, 2, 3].map(() => assert.rejects(send(transport))));
        assert.deepEqual(suppressed, [true, true, true]);
        assert.deepEqual(exporter.getFinishedSpans(), []);
        assert.ok(proxy.requests.every(({ headers }) => headers['traceparent'] === undefined));
      });
    }
  });

  describe('a process', function () {
    this.timeout(30_000);
    const child = fileURLToPath(new URL('../support/proxy-child.ts', import.meta.url));
    let folder: string;
    before(() => void (folder = mkdtempSync(join(tmpdir(), 'proxy-'))));
    after(() => rmSync(folder, { recursive: true }));

    async function run(...args: string[]): Promise<{ output: string[]; lingeredMillis: number }> {
      const certificate = join(folder, 'certificate.pem');
      writeFileSync(certificate, TLS_CERTIFICATE.cert);
      const { NO_PROXY: _, no_proxy: __, ...env } = process.env;
      const running = spawn(process.execPath, ['--import', 'tsx', child, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...env, NODE_EXTRA_CA_CERTS: certificate },
      });
      let output = '';
      let lastOutput = performance.now();
      running.stdout.on('data', (chunk: Buffer) => {
        output += String(chunk);
        lastOutput = performance.now();
      });
      await new Promise(resolve => running.on('close', resolve));
      return { output: output.trim().split('\n'), lingeredMillis: performance.now() - lastOutput };
    }

    for (const [name, tls] of [
      ['http', undefined],
      ['https', TLS_CERTIFICATE],
    ] as const) {
      it(`reaches ${name} through a proxy that speaks TLS, and ends when all is sent`, async () => {
        const sentry = await startSentry(tls && { tls });
        const upstream = { host: '127.0.0.1', port: sentry.port };
        const proxy = await startProxy({ tls: TLS_CERTIFICATE, credentials: 'user:pass', upstream });
        // The certificate of the test is for localhost; for http, the name of the target must not matter.
        const host = tls === undefined ? 'sentry.invalid' : 'localhost';
        const url = sentry.envelopeUrl.replace(/127\.0\.0\.1:\d+/, host);
        const { output, lingeredMillis } = await run(url, proxy.urlFor('user:pass'));
        assert.deepEqual(output, ['delivered', 'delivered']);
        assert.equal(proxy.connections, 1);
        // An idle connection is kept for four seconds.
        assert.ok(lingeredMillis < 2000, `lingered for ${lingeredMillis} ms`);
      });
    }
  });
});
