import assert from 'node:assert/strict';
import { filterCookies } from '../../../src/conversion/privacy/cookie-filter.js';
import { filterHeader, headerNameOf } from '../../../src/conversion/privacy/header-filter.js';

describe('filterCookies', () => {
  const rows: Readonly<Record<string, string>> = {
    'theme=dark; sid=abc': 'theme=dark; sid=[Filtered]',
    'connect.sid=s%3Aabc; lang=en': 'connect.sid=[Filtered]; lang=en',
    'secret-value': '[Filtered]',
    'a=b; secret-value; c=d': 'a=b; [Filtered]; c=d',
    '=nameless': '[Filtered]',
    'theme=dark; Path=/; HttpOnly; Secure; SameSite=Lax':
      'theme=dark; Path=/; HttpOnly; Secure; SameSite=Lax',
    '': '',
    'a=b;': 'a=b; ',
  };
  for (const [header, filtered] of Object.entries(rows)) {
    it(`turns "${header}" into "${filtered}"`, () => assert.equal(filterCookies(header, true), filtered));
  }
});

describe('headerNameOf', () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['http.request.header.x-request-id', 'x-request-id'],
    ['http.request.header.X_Request_Id', 'x-request-id'],
    ['http.response.header.set_cookie', 'set-cookie'],
    ['rpc.grpc.request.metadata.authorization', 'authorization'],
    ['rpc.response.metadata.etag', 'etag'],
    ['rpc.connect_rpc.request.metadata.a', 'a'],
    ['messaging.header.token', 'token'],
    ['http.request.method', undefined],
    ['rpc.method', undefined],
    ['http.headers', undefined],
  ];
  for (const [attribute, name] of rows) {
    it(`is ${name} for ${attribute}`, () => assert.equal(headerNameOf(attribute), name));
  }
});

describe('filterHeader', () => {
  for (const name of [
    'authorization',
    'cookie',
    'set-cookie',
    'proxy-authorization',
    'x-api-key',
    'x-forwarded-for',
    'via',
  ]) {
    it(`hides ${name} without consent`, () => assert.equal(filterHeader(name, 'value', false), '[Filtered]'));
  }

  it('hides secrets with consent too', () => {
    for (const name of ['authorization', 'proxy-authorization', 'x-api-key']) {
      assert.equal(filterHeader(name, 'value', true), '[Filtered]');
    }
  });

  it('shows the harmless cookies with consent', () => {
    assert.equal(filterHeader('cookie', 'theme=dark; token=x', true), 'theme=dark; token=[Filtered]');
    assert.equal(filterHeader('set-cookie', 'sid=x; Path=/', true), 'sid=[Filtered]; Path=/');
  });

  it('shows where a request came from with consent', () => {
    assert.equal(filterHeader('x-forwarded-for', '1.2.3.4', true), '1.2.3.4');
  });

  it('filters URLs in other headers', () => {
    assert.equal(filterHeader('referer', 'https://h/?token=x', false), 'https://h/?token=[Filtered]');
    assert.equal(filterHeader('content-type', 'text/html', false), 'text/html');
  });
});
