import assert from 'node:assert/strict';
import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { SentryBridgeOptions } from '../../src/options.js';
import { createSentryRequestCheck } from '../../src/propagation/sentry-request.js';
import { configOf } from '../support/shared.js';
import { DSN, PUBLIC_KEY } from '../support/trace-headers.js';

const ENVELOPE = 'https://o7.ingest.sentry.io/api/11/envelope/?sentry_key=x&sentry_version=7';
const TUNNEL = 'https://relay.example.com/tunnel';

function isSentryRequest(
  attributes: Attributes,
  { kind = SpanKind.CLIENT, ...options }: SentryBridgeOptions & { kind?: SpanKind } = { dsn: DSN },
): boolean {
  return createSentryRequestCheck(configOf({ dsn: DSN, ...options }))(kind, attributes);
}

describe('createSentryRequestCheck', () => {
  const cases: readonly (readonly [url: string, expected: boolean, why: string])[] = [
    [ENVELOPE, true, 'an envelope'],
    ['https://o7.ingest.sentry.io/api/11/store/', true, 'an event of an older SDK'],
    ['https://o7.ingest.sentry.io/api/12/envelope/', true, 'an envelope of another project'],
    ['https://O7.Ingest.sentry.io/api/11/envelope/', true, 'an envelope, in another case'],
    ['http://o7.ingest.sentry.io/api/11/envelope/', true, 'an envelope without encryption'],
    ['https://o7.ingest.sentry.io/api/0/projects/', false, 'a call of the web API'],
    ['https://o7.ingest.sentry.io/', false, 'another path'],
    ['https://o8.ingest.sentry.io/api/11/envelope/', false, 'an envelope of another organisation'],
    ['https://example.com/api/11/envelope/', false, 'the path on another host'],
    ['https://example.com/?u=https://o7.ingest.sentry.io/api/11/envelope/', false, 'the URL within a query'],
    ['/api/11/envelope/', false, 'a relative URL'],
    ['', false, 'an empty URL'],
  ];
  for (const [url, expected, why] of cases) {
    it(`${expected ? 'recognises' : 'does not take'} ${why}: "${url}"`, () => {
      assert.equal(isSentryRequest({ 'http.request.method': 'POST', 'url.full': url }), expected);
      assert.equal(isSentryRequest({ 'http.method': 'POST', 'http.url': url }), expected);
    });
  }

  for (const kind of [SpanKind.SERVER, SpanKind.INTERNAL, SpanKind.PRODUCER, SpanKind.CONSUMER]) {
    it(`looks at no ${SpanKind[kind]} span`, () => {
      assert.equal(isSentryRequest({ 'url.full': ENVELOPE }, { kind }), false);
    });
  }

  it('looks at no request whose URL is not known', () => {
    assert.equal(
      isSentryRequest({ 'http.request.method': 'POST', 'server.address': 'o7.ingest.sentry.io' }),
      false,
    );
  });

  it('knows the DSN with a port and a path', () => {
    const dsn = `http://${PUBLIC_KEY}@localhost:9000/sentry/3`;
    const own = { 'url.full': 'http://localhost:9000/sentry/api/3/envelope/?x' };
    assert.equal(isSentryRequest(own, { dsn }), true);
    assert.equal(
      isSentryRequest({ 'url.full': 'http://localhost:9001/sentry/api/3/envelope/' }, { dsn }),
      false,
    );
  });

  describe('without a DSN', () => {
    for (const options of [{ dsn: '' }, { dsn: DSN, enabled: false }, { dsn: '', tunnel: TUNNEL }]) {
      it(`recognises nothing with ${JSON.stringify(Object.keys(options))}`, () => {
        assert.equal(isSentryRequest({ 'url.full': ENVELOPE }, options), false);
        assert.equal(isSentryRequest({ 'url.full': TUNNEL }, options), false);
      });
    }
  });

  describe('with a tunnel', () => {
    const requests: readonly (readonly [url: string, expected: boolean, why: string])[] = [
      [TUNNEL, true, 'the tunnel'],
      [`${TUNNEL}?o=7`, true, 'the tunnel with a query'],
      [ENVELOPE, true, 'the DSN, which a Sentry SDK may use directly'],
      ['https://relay.example.com/', false, 'another path of its host'],
      [`${TUNNEL}s/5`, false, 'a path that begins like it'],
      [`${TUNNEL}-admin`, false, 'a path that begins like it, with a dash'],
      ['https://example.com/?u=https://relay.example.com/tunnel', false, 'its URL within a query'],
    ];
    for (const [url, expected, why] of requests) {
      it(`${expected ? 'recognises' : 'does not take'} ${why}: ${url}`, () => {
        assert.equal(isSentryRequest({ 'url.full': url }, { tunnel: TUNNEL }), expected);
      });
    }
  });
});
