import assert from 'node:assert/strict';
import { filterQuery, filterUrl, sanitizeUrl } from '../../../src/conversion/privacy/url-filter.js';

describe('filterUrl', () => {
  const rows: Readonly<Record<string, string>> = {
    '': '',
    'https://h/a?b=c&d#e': 'https://h/a?b=c&d#e',
    'https://user:pw@h/a': 'https://[filtered]:[filtered]@h/a',
    'https://user@h/a': 'https://[filtered]:[filtered]@h/a',
    'https://:pw@h/a': 'https://[filtered]:[filtered]@h/a',
    'https://u:p@ss@h/a': 'https://[filtered]:[filtered]@h/a',
    'https://REDACTED:REDACTED@h/a': 'https://[filtered]:[filtered]@h/a',
    '//user:pw@h/a': '//[filtered]:[filtered]@h/a',
    'postgres://u:p/w#1@h:5432/db': 'postgres://[filtered]:[filtered]@h:5432/db',
    'mongodb://u:p@a:1,b:2/db': 'mongodb://[filtered]:[filtered]@a:1,b:2/db',
    'https://h:443/a?token=x': 'https://h:443/a?token=[Filtered]',
    '/a?token=x&page=2': '/a?token=[Filtered]&page=2',
    '?api_key=x': '?api_key=[Filtered]',
    'https://h/#access_token=x&state=1': 'https://h/#access_token=[Filtered]&state=1',
    'https://h/#/route?token=x': 'https://h/#/route?token=[Filtered]',
    'https://h/?next=https://u:p@i/?token=x':
      'https://h/?next=https://[filtered]:[filtered]@i/?token=[Filtered]',
    'https://h/?next=https%3A%2F%2Fu%3Ap%40i%2F':
      'https://h/?next=https%3A%2F%2F%5Bfiltered%5D%3A%5Bfiltered%5D%40i%2F',
    'https://h/?next=%2Flogin%3Ftoken%3Dx': 'https://h/?next=%2Flogin%3Ftoken%3D%5BFiltered%5D',
    'https://h/?next=%2Fhome%3Fpage%3D1': 'https://h/?next=%2Fhome%3Fpage%3D1',
    'https://h/?q=%E2%9C%93%20x': 'https://h/?q=%E2%9C%93%20x',
    'https://h/to/https://u:p@i/b': 'https://h/to/https://[filtered]:[filtered]@i/b',
    'https://h//u:p@i/b': 'https://h//[filtered]:[filtered]@i/b',
    '1.https://u:p@b/': '1.https://[filtered]:[filtered]@b/',
    '1://u:p@b/': '1://[filtered]:[filtered]@b/',
    ':// u@b': '://[filtered]:[filtered]@b',
    'gen_ai.postgres://u:p#w@b/': 'gen_ai.postgres://[filtered]:[filtered]@b/',
    'https://a/,https://u:p@b/': 'https://a/,https://[filtered]:[filtered]@b/',
    'data:text/plain;base64,SGVsbG8=': 'data:text/plain',
    'data:text/html,<b>': 'data:text/html',
    'data:,x': 'data:',
    'a?token=x//u@h': 'a?token=[Filtered]',
    'a#token=x//u@h': 'a#token=[Filtered]',
    'not a url': 'not a url',
    'mailto:a@b': 'mailto:a@b',
  };
  for (const [url, filtered] of Object.entries(rows)) {
    it(`turns "${url}" into "${filtered}"`, () => {
      assert.equal(filterUrl(url, false), filtered);
      assert.equal(filterUrl(filtered, false), filtered, 'and leaves that alone');
    });
  }

  it('gives up on URLs in URLs in URLs', () => {
    const nested = 'https://a/'.repeat(20);
    assert.match(filterUrl(`${nested}u:secret@h`, false), /^https:\/\/a\/https:.*\[Filtered\]$/);
    assert.equal(filterUrl(nested, false), nested);
  });

  it('looks into URLs in URLs, four deep', () => {
    const nested = (depth: number) => filterUrl(`${'https://a/'.repeat(depth)}https://u:secret@h/x`, false);
    assert.equal(nested(4), `${'https://a/'.repeat(4)}https://[filtered]:[filtered]@h/x`);
    assert.equal(nested(5), `${'https://a/'.repeat(5)}[Filtered]`);
  });

  const wrappings: readonly (readonly [what: string, wrap: (inner: string) => string, inner: string])[] = [
    ['fragments', inner => `//h/#a=${inner}`, '//h/x'],
    ['encoded parameters', inner => `/x?a=${encodeURIComponent(inner)}`, '/x?page=1'],
    ['encoded parameters without a path', inner => `a=${encodeURIComponent(inner)}`, '//h/x'],
  ];
  for (const [what, wrap, inner] of wrappings) {
    it(`does not send what lies deeper, in ${what}`, () => {
      const nested = (depth: number) =>
        `//h/?b=${encodeURIComponent(Array.from({ length: depth }).reduce<string>(wrap, inner))}`;
      assert.equal(filterUrl(nested(2), false), nested(2));
      assert.match(filterUrl(nested(8), false), /Filtered/);
    });
  }

  it('takes time in proportion to the length', () => {
    for (const hostile of [
      'https://',
      'a://',
      '//@',
      '?a=',
      '&token',
      '%3A%2F%2F',
      ':',
      'https://u:p?',
      'a',
      'a.',
    ]) {
      const begin = performance.now();
      filterUrl(`${hostile.repeat(20_000)}//u@h`, false);
      assert.ok(performance.now() - begin < 500, hostile);
    }
  });
});

describe('filterQuery', () => {
  const rows: Readonly<Record<string, string>> = {
    '': '',
    'a=b&c=d': 'a=b&c=d',
    'token=x': 'token=[Filtered]',
    'TOKEN=x&a=b': 'TOKEN=[Filtered]&a=b',
    'a=b&user[password]=x': 'a=b&user[password]=[Filtered]',
    'tok%65n=x': 'tok%65n=[Filtered]',
    'token%=x': 'token%=[Filtered]',
    token: 'token',
    'token=': 'token=[Filtered]',
    'token=x=y=z': 'token=[Filtered]',
    'a=1;token=x;b=2': 'a=1;token=[Filtered]',
    'a=1;b=2': 'a=1;b=2',
    'a=1;b': 'a=1;b',
    'a=1;token': 'a=1;token',
    'a=x%2fy': 'a=x%2fy',
    'a=b?token=x': 'a=b?token=[Filtered]',
    'state=token%3Dx': 'state=token%3D%5BFiltered%5D',
    '&&a=b&': '&&a=b&',
    'a=\ud800%3Ftoken%3Dx': 'a=[Filtered]',
  };
  for (const [query, filtered] of Object.entries(rows)) {
    it(`turns "${query}" into "${filtered}"`, () => {
      assert.equal(filterQuery(query, false), filtered);
      assert.equal(filterQuery(filtered, false), filtered, 'and leaves that alone');
    });
  }

  it('is quick about parameters that cannot be decoded', () => {
    for (const hostile of ['=%26%25=', '%ff=%80&']) {
      const begin = performance.now();
      filterQuery(`a=${hostile.repeat(50_000)}`, false);
      assert.ok(performance.now() - begin < 500, hostile);
    }
  });

  it('shows who is calling only with consent', () => {
    assert.equal(filterQuery('x-real-ip=1.2.3.4', false), 'x-real-ip=[Filtered]');
    assert.equal(filterQuery('x-real-ip=1.2.3.4', true), 'x-real-ip=1.2.3.4');
  });
});

describe('sanitizeUrl', () => {
  const rows: Readonly<Record<string, string>> = {
    'https://h/a?b#c': 'https://h/a',
    'https://h': 'https://h',
    'https://h?only=query': 'https://h',
    'https://user:pw@h:443/a': 'https://[filtered]:[filtered]@h/a',
    'https://h:443/a': 'https://h/a',
    'http://h:80': 'http://h',
    'wss://h:443/': 'wss://h/',
    'ws://h:80/': 'ws://h/',
    'http://h:443/a': 'http://h:443/a',
    'https://h:80/a': 'https://h:80/a',
    'ftp://h:80/a': 'ftp://h:80/a',
    '//h:443/a': '//h:443/a',
    'https://h:4430/a': 'https://h:4430/a',
    'https://[::1]:443/a': 'https://[::1]/a',
    '//cdn/a?b': '//cdn/a',
    '/relative?x': '/relative',
    'data:text/plain;base64,SGk=': 'data:text/plain',
    'https://h/a%2Fb/%E2%9C%93?q': 'https://h/a%2Fb/%E2%9C%93',
    'not a url': 'not a url',
  };
  for (const [url, name] of Object.entries(rows)) {
    it(`turns "${url}" into "${name}"`, () => assert.equal(sanitizeUrl(url), name));
  }
});
