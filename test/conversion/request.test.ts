import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { spanData } from '../../src/conversion/data.js';
import { eventRequest } from '../../src/conversion/request.js';
import { buildSpan } from '../support/spans.js';

function requestOf(attributes: Readonly<Record<string, unknown>>, kind = SpanKind.SERVER, allowsPii = false) {
  const span = buildSpan({ kind, attributes: { 'http.request.method': 'GET', ...attributes } });
  return eventRequest(span, spanData(span, { origin: 'manual' }, { allowsPii, isOutgoing: false }));
}

describe('eventRequest', () => {
  it('is absent for what is no HTTP server', () => {
    assert.equal(requestOf({ 'url.full': 'http://h' }, SpanKind.CLIENT), undefined);
    assert.equal(requestOf({ 'http.request.method': '' }), undefined);
  });

  it('has the method', () => {
    assert.deepEqual(requestOf({ 'http.request.method': 'post' }), { method: 'POST' });
  });

  describe('url', () => {
    const rows: readonly { attributes: Readonly<Record<string, unknown>>; url: string }[] = [
      { attributes: { 'http.url': 'http://u:p@h:80/a?b#c' }, url: 'http://[filtered]:[filtered]@h/a' },
      {
        attributes: { 'url.scheme': 'https', 'server.address': 'h', 'server.port': 443, 'url.path': '/a' },
        url: 'https://h/a',
      },
      {
        attributes: { 'url.scheme': 'https', 'server.address': 'h', 'server.port': 8443, 'url.path': '/a' },
        url: 'https://h:8443/a',
      },
      {
        attributes: {
          'http.scheme': 'http',
          'net.host.name': 'h',
          'net.host.port': 80,
          'http.target': '/a?b',
        },
        url: 'http://h/a',
      },
      { attributes: { 'http.host': 'h:81', 'http.target': '/a' }, url: 'http://h:81/a' },
      { attributes: { 'server.address': 'h' }, url: 'http://h' },
      { attributes: { 'url.path': '/a' }, url: '/a' },
    ];
    for (const { attributes, url } of rows) {
      it(`is ${url} for ${JSON.stringify(attributes)}`, () => assert.equal(requestOf(attributes)?.url, url));
    }
  });

  it('has a method that may leave', () => {
    const method = 'https://u:p@h?x-real-ip=1';
    assert.equal(
      requestOf({ 'http.request.method': method })?.method,
      'https://[filtered]:[filtered]@h?x-real-ip=[Filtered]',
    );
  });

  it('has no empty query', () => assert.deepEqual(requestOf({ 'http.query': '' }), { method: 'GET' }));

  it('has the filtered query', () => {
    assert.equal(requestOf({ 'url.query': '?a=b&token=x' })?.query_string, 'a=b&token=[Filtered]');
    assert.equal(requestOf({ 'http.target': '/a?sid=x' })?.query_string, 'sid=[Filtered]');
    assert.equal(requestOf({ 'http.target': '/a' })?.query_string, undefined);
  });

  it('has the captured headers, filtered', () => {
    const attributes = {
      'http.request.header.x_request_id': ['r-1'],
      'http.request.header.Accept': ['a', 'b'],
      'http.request.header.authorization': ['Bearer abc'],
      'http.request.header.cookie': 'theme=dark; sid=x',
      'http.request.header.dnt': 1,
      'http.request.header.save-data': true,
      'http.request.header.accept-language': ['de', null, 'en'],
      'http.request.header.odd': { a: 1 },
      'http.response.header.age': ['1'],
      'user_agent.original': 'curl/8',
    };
    const expected = {
      'x-request-id': 'r-1',
      accept: 'a, b',
      authorization: '[Filtered]',
      cookie: '[Filtered]',
      dnt: '1',
      'save-data': 'true',
      'accept-language': 'de, en',
      'user-agent': 'curl/8',
    };
    assert.deepEqual(requestOf(attributes)?.headers, expected);
    assert.deepEqual(requestOf(attributes, SpanKind.SERVER, true)?.headers, {
      ...expected,
      cookie: 'theme=dark; sid=[Filtered]',
    });
  });

  it('knows the user agent by its old name, and prefers the header', () => {
    assert.deepEqual(requestOf({ 'http.user_agent': 'curl' })?.headers, { 'user-agent': 'curl' });
    const attributes = { 'user_agent.original': 'a', 'http.request.header.user-agent': ['b'] };
    assert.deepEqual(requestOf(attributes)?.headers, { 'user-agent': 'b' });
  });
});
