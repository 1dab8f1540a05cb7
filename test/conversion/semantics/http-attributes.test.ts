import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import {
  httpMethod,
  httpStatusCode,
  serverHost,
  urlFragment,
  urlPath,
  urlQuery,
  urlScheme,
} from '../../../src/conversion/semantics/http-attributes.js';

type Attributes = Readonly<Record<string, string | number>>;

function itReads(
  what: string,
  read: (attributes: Attributes) => unknown,
  rows: readonly (readonly [attributes: Attributes, expected: unknown])[],
): void {
  describe(what, () => {
    for (const [attributes, expected] of rows) {
      it(`is ${String(expected)} for ${JSON.stringify(attributes)}`, () =>
        assert.equal(read(attributes), expected));
    }
  });
}

itReads('httpMethod', httpMethod, [
  [{}, undefined],
  [{ 'http.request.method': 'GET', 'http.method': 'POST' }, 'GET'],
  [{ 'http.method': 'query' }, 'QUERY'],
  [{ 'http.request.method': 'Purge' }, 'Purge'],
  [{ 'http.request.method': '_OTHER' }, '_OTHER'],
  [{ 'http.request.method': '_OTHER', 'http.request.method_original': 'PURGE' }, 'PURGE'],
  [{ 'http.request.method': '_OTHER', 'http.method': 'patch' }, 'PATCH'],
]);

itReads('httpStatusCode', httpStatusCode, [
  [{}, undefined],
  [{ 'http.response.status_code': 100 }, 100],
  [{ 'http.response.status_code': 599 }, 599],
  [{ 'http.response.status_code': 99, 'http.status_code': 200 }, 200],
  [{ 'http.response.status_code': 600, 'http.status_code': 600 }, undefined],
]);

itReads('urlPath', urlPath, [
  [{}, undefined],
  [{ 'url.path': '/a?b' }, '/a'],
  [{ 'http.target': '/t?b', 'http.url': 'http://h/u' }, '/t'],
  [{ 'http.target': '?b', 'http.url': 'http://h/u' }, '/u'],
  [{ 'http.url': 'http://h' }, '/'],
  [{ 'http.url': '?b' }, undefined],
]);

itReads('urlQuery', urlQuery, [
  [{}, undefined],
  [{ 'url.query': 'a=b?' }, 'a=b?'],
  [{ 'url.query': '?a=b' }, 'a=b'],
  [{ 'http.target': '/?c', 'url.full': 'http://h/?d' }, 'c'],
  [{ 'http.target': '/', 'url.full': 'http://h/?d' }, 'd'],
  [{ 'http.target': '/?' }, undefined],
]);

itReads('urlFragment', urlFragment, [
  [{}, undefined],
  [{ 'http.url': 'http://h/?a#f' }, 'f'],
]);

itReads('urlScheme', urlScheme, [
  [{}, undefined],
  [{ 'http.scheme': 'HTTP' }, 'http'],
  [{ 'http.scheme': 'http', 'url.scheme': 'HTTPS' }, 'https'],
]);

itReads('serverHost of a server', attributes => serverHost(attributes, SpanKind.SERVER), [
  [{}, undefined],
  [{ 'net.peer.name': 'peer' }, undefined],
  [{ 'net.host.name': 'h', 'net.host.port': 81, 'net.peer.port': 82 }, 'h:81'],
  [{ 'http.host': 'h:81', 'server.port': 82 }, 'h:81'],
  [{ 'server.address': '2001:DB8::1', 'server.port': 81 }, '[2001:DB8::1]:81'],
  [{ 'server.address': '::ffff:198.51.100.4' }, '[::ffff:198.51.100.4]'],
  [{ 'server.address': '?x-real-ip=1' }, '?x-real-ip=[Filtered]'],
]);

for (const kind of [SpanKind.CLIENT, SpanKind.PRODUCER]) {
  itReads(`serverHost of a ${SpanKind[kind]}`, attributes => serverHost(attributes, kind), [
    [{ 'net.host.name': 'own' }, undefined],
    [{ 'net.peer.name': 'h', 'net.peer.port': 82, 'net.host.port': 81 }, 'h:82'],
  ]);
}
