import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { splitUrl, withoutQuery, type UrlParts } from '../../src/conversion/url.js';

const NONE: UrlParts = { scheme: '', authority: undefined, path: '', query: undefined, fragment: undefined };

describe('splitUrl', () => {
  const rows: readonly (readonly [string, Partial<UrlParts>])[] = [
    ['', {}],
    ['https://h', { scheme: 'https:', authority: 'h' }],
    ['HTTPS://h/P', { scheme: 'https:', authority: 'h', path: '/P' }],
    [
      'https://u:p@h:8/a/b?c=d&e#f',
      { scheme: 'https:', authority: 'u:p@h:8', path: '/a/b', query: 'c=d&e', fragment: 'f' },
    ],
    ['https://h?q', { scheme: 'https:', authority: 'h', query: 'q' }],
    ['https://h#f?not-query', { scheme: 'https:', authority: 'h', fragment: 'f?not-query' }],
    ['https://[::1]:8443/v6', { scheme: 'https:', authority: '[::1]:8443', path: '/v6' }],
    ['https://h\\evil', { scheme: 'https:', authority: 'h', path: '\\evil' }],
    ['//cdn/a', { authority: 'cdn', path: '/a' }],
    ['/a//b?c', { path: '/a//b', query: 'c' }],
    ['/to/https://h', { path: '/to/https://h' }],
    ['?q', { query: 'q' }],
    ['#f', { fragment: 'f' }],
    ['not a url', { path: 'not a url' }],
    ['mailto:a@b', { path: 'mailto:a@b' }],
    ['postgres://u:p/w?x#y@h/db', { scheme: 'postgres:', authority: 'u:p/w?x#y@h', path: '/db' }],
    ['http://h:80/a@b', { scheme: 'http:', authority: 'h:80', path: '/a@b' }],
    ['http://h:x/a', { scheme: 'http:', authority: 'h:x', path: '/a' }],
    ['http://[::1]/a@b', { scheme: 'http:', authority: '[::1]', path: '/a@b' }],
    ['http://h:/a@b', { scheme: 'http:', authority: 'h:', path: '/a@b' }],
  ];
  for (const [url, parts] of rows) {
    it(`takes "${url}" apart`, () => assert.deepEqual(splitUrl(url), { ...NONE, ...parts }));
  }

  it('loses nothing of any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true })),
        text => {
          const { scheme, authority, path, query, fragment } = splitUrl(text);
          const joined =
            (authority === undefined ? '' : `${scheme}//${authority}`) +
            path +
            (query === undefined ? '' : `?${query}`) +
            (fragment === undefined ? '' : `#${fragment}`);
          assert.equal(joined.slice(scheme.length), text.slice(scheme.length));
          assert.equal(joined.toLowerCase(), text.toLowerCase());
        },
      ),
    );
  });
});

describe('withoutQuery', () => {
  for (const [target, path] of [
    ['/a', '/a'],
    ['/a?b#c', '/a'],
    ['/a#c?b', '/a'],
    ['?b', ''],
  ] as const) {
    it(`is "${path}" for "${target}"`, () => assert.equal(withoutQuery(target), path));
  }
});
