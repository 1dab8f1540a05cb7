import assert from 'node:assert/strict';
import type { NamePattern } from '../../src/options.js';
import { createTargetFilter } from '../../src/propagation/targets.js';
import { parseDsn } from '../../src/protocol/dsn.js';
import { DSN, PUBLIC_KEY } from '../support/trace-headers.js';

const URL_OF_API = 'https://api.example.com/v1/things?x=1';

function passes(
  targets: readonly NamePattern[] | undefined,
  url: string | undefined = URL_OF_API,
  { isHttpClient = true, dsn = DSN }: { isHttpClient?: boolean; dsn?: string | undefined } = {},
): boolean {
  return createTargetFilter(targets, parseDsn(dsn))(url, isHttpClient);
}

describe('createTargetFilter', () => {
  const cases: readonly (readonly [
    targets: readonly NamePattern[] | undefined,
    url: string,
    passes: boolean,
    why: string,
  ])[] = [
    [undefined, URL_OF_API, true, 'no list'],
    [[], URL_OF_API, false, 'an empty list'],
    [['api.example.com'], URL_OF_API, true, 'text contained in the URL'],
    [['example.com/v1'], URL_OF_API, true, 'text across host and path'],
    [['other.com'], URL_OF_API, false, 'text that is not contained'],
    [['other.com', 'example.com'], URL_OF_API, true, 'one text of several'],
    [['API.Example.COM'], URL_OF_API, true, 'text in another case'],
    [['example.com'], 'HTTPS://API.EXAMPLE.COM/', true, 'an URL in another case'],
    [['x=1'], URL_OF_API, true, 'text in the query'],
    [[''], URL_OF_API, true, 'empty text, which every URL contains'],
    [['.*'], URL_OF_API, false, 'text is no expression'],
    [[/^https:\/\/api\./], URL_OF_API, true, 'an anchored expression'],
    [[/^api/], URL_OF_API, false, 'an expression for another beginning'],
    [[/EXAMPLE\.COM/], URL_OF_API, true, 'an expression in another case'],
    [[/example\.com$/i], URL_OF_API, false, 'an expression for another end'],
    [[/things/g], URL_OF_API, true, 'a global expression'],
    [[/things/y], URL_OF_API, true, 'a sticky expression, anywhere'],
    [[/t.ings/s], URL_OF_API, true, 'an expression with another flag'],
    [[/\p{L}hings/u], URL_OF_API, true, 'an expression for Unicode'],
    [[/other/, 'things'], URL_OF_API, true, 'an expression and text'],
    [['/v1/'], '/v1/things', true, 'a relative URL'],
    [['example.com'], '', false, 'an empty URL'],
  ];
  for (const [targets, url, expected, why] of cases) {
    it(`${expected ? 'lets' : 'does not let'} headers go to "${url}" with ${String(targets)}: ${why}`, () => {
      assert.equal(passes(targets, url), expected);
    });
  }

  for (const expression of [/things/g, /things/y, /^https/gy, /things/gi]) {
    it(`gives the same answer each time with ${String(expression)}`, () => {
      const filter = createTargetFilter([expression], undefined);
      assert.deepEqual(
        Array.from({ length: 5 }, () => filter(URL_OF_API, true)),
        [true, true, true, true, true],
      );
    });

    it(`does not move ${String(expression)} of the application`, () => {
      expression.lastIndex = 3;
      passes([expression]);
      assert.equal(expression.lastIndex, 3);
    });
  }

  describe('when the URL is not known', () => {
    const unknown: readonly (readonly [
      targets: readonly NamePattern[] | undefined,
      isHttpClient: boolean,
      passes: boolean,
      why: string,
    ])[] = [
      [undefined, true, true, 'an HTTP request without a list'],
      [undefined, false, true, 'a message without a list'],
      [[], true, false, 'an HTTP request with an empty list'],
      [[], false, false, 'a message with an empty list'],
      [['a'], true, false, 'an HTTP request with a list'],
      [[''], true, false, 'an HTTP request with a list that every URL satisfies'],
      [['a'], false, true, 'a message with a list'],
    ];
    for (const [targets, isHttpClient, expected, why] of unknown) {
      it(`${expected ? 'lets' : 'does not let'} headers go with ${why}`, () => {
        assert.equal(createTargetFilter(targets, parseDsn(DSN))(undefined, isHttpClient), expected);
      });
    }
  });

  describe('for requests to Sentry', () => {
    const key = `https://${PUBLIC_KEY}`;
    const requests: readonly (readonly [dsn: string, url: string, isSentry: boolean])[] = [
      [DSN, 'https://o7.ingest.sentry.io/api/11/envelope/?sentry_key=x', true],
      [DSN, 'https://o7.ingest.sentry.io', true],
      [DSN, 'https://O7.INGEST.sentry.io/', true],
      [DSN, 'http://o7.ingest.sentry.io/', true],
      [DSN, 'https://user:pw@o7.ingest.sentry.io/', true],
      [DSN, 'https://o7.ingest.sentry.io?x', true],
      [DSN, 'https://o7.ingest.sentry.io#x', true],
      [DSN, 'https://o7.ingest.sentry.io:443/api/11/envelope/', true],
      [DSN, 'HTTPS://O7.INGEST.SENTRY.IO:443/', true],
      [DSN, 'https://o7.ingest.sentry.io:8443/', false],
      [DSN, 'https://o8.ingest.sentry.io/', false],
      [DSN, 'https://sentry.io/', false],
      [DSN, 'https://o7.ingest.sentry.io.example.com/', false],
      [DSN, 'https://example.com/o7.ingest.sentry.io/', false],
      [DSN, 'https://example.com/?to=https://o7.ingest.sentry.io/', false],
      [DSN, 'https://example.com/@o7.ingest.sentry.io/', false],
      [DSN, 'https://o7.ingest.sentry.io@example.com/', false],
      [DSN, '/relative', false],
      [`${key}@sentry.example.com:9000/sub/1`, 'https://sentry.example.com:9000/sub/api/1/envelope/', true],
      [`${key}@sentry.example.com:9000/sub/1`, 'https://sentry.example.com/sub/api/1/envelope/', false],
      [`${key}@Sentry.Example.com/1`, 'https://sentry.example.com/api/1/envelope/', true],
      [`${key}@sentry.example.com:443/1`, 'https://sentry.example.com/api/1/envelope/', true],
      [`http://${PUBLIC_KEY}@[::1]:9000/1`, 'http://[::1]:9000/api/1/envelope/', true],
    ];
    for (const [dsn, url, isSentry] of requests) {
      it(`${isSentry ? 'lets none' : 'lets them'} go to ${url} when the DSN is ${dsn}`, () => {
        assert.equal(passes(undefined, url, { dsn }), !isSentry);
        assert.equal(passes([''], url, { dsn }), !isSentry);
      });
    }

    it('knows none without a DSN', () => {
      assert.equal(createTargetFilter(undefined, undefined)('https://o7.ingest.sentry.io/', true), true);
    });
  });
});
