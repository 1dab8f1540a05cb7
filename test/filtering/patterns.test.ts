import assert from 'node:assert/strict';
import { matchesName, matchesSpan, type MatchableSpan } from '../../src/filtering/patterns.js';
import type { NamePattern, SpanPattern } from '../../src/options.js';

const SPAN: MatchableSpan = {
  name: 'GET /health/live',
  op: 'http.server',
  attributes: {
    'http.route': '/health/live',
    'http.response.status_code': 200,
    'user.roles': ['admin', 'editor'],
    ok: true,
    empty: '',
    grade: 'a',
    nothing: null,
    nested: { a: 1 },
  },
};

function shown(pattern: unknown): string {
  return JSON.stringify(pattern, (_, part: unknown) => (part instanceof RegExp ? String(part) : part));
}

describe('matchesName', () => {
  const cases: readonly (readonly [patterns: readonly NamePattern[], matches: boolean, why: string])[] = [
    [[], false, 'no patterns'],
    [['/health'], true, 'text that is contained'],
    [['GET /health/live'], true, 'the whole name'],
    [['/Health'], false, 'text in another case'],
    [['.*'], false, 'text that is no expression'],
    [[''], true, 'empty text, which every name contains'],
    [[/health/], true, 'an expression'],
    [[/^\/health/], false, 'an anchored expression'],
    [[/HEALTH/], false, 'an expression in another case'],
    [[/HEALTH/i], true, 'an expression that ignores case'],
    [['/other', /live$/], true, 'the second of two'],
    [['/other', /dead$/], false, 'none of two'],
  ];
  for (const [patterns, matches, why] of cases) {
    it(`is ${matches} for ${shown(patterns)}: ${why}`, () =>
      assert.equal(matchesName(patterns, SPAN.name), matches));
  }

  for (const expression of [/live/g, /GET/y, /GET/gy]) {
    it(`gives the same answer each time for ${String(expression)}`, () => {
      for (let time = 0; time < 3; time++) assert.equal(matchesName([expression], SPAN.name), true);
      assert.equal(matchesName([expression], 'x'), false);
    });
  }

  it('leaves expressions of the application as they were', () => {
    const expression = /live/g;
    expression.lastIndex = 3;
    matchesName([expression], SPAN.name);
    assert.equal(expression.lastIndex, 3);
  });

  it('matches an empty name with what matches emptiness only', () => {
    assert.equal(matchesName(['x'], ''), false);
    assert.equal(matchesName([/^$/], ''), true);
  });
});

describe('matchesSpan', () => {
  const cases: readonly (readonly [pattern: NamePattern | SpanPattern, matches: boolean, why: string])[] = [
    ['/health', true, 'text in the name'],
    ['http.server', false, 'text in the operation only'],
    [/live$/, true, 'an expression for the name'],
    [{ name: '/health' }, true, 'a name'],
    [{ name: /dead/ }, false, 'another name'],
    [{ op: 'http' }, true, 'text in the operation'],
    [{ op: /^http\.server$/ }, true, 'an expression for the operation'],
    [{ op: 'db' }, false, 'another operation'],
    [{ name: '/health', op: 'http' }, true, 'both'],
    [{ name: '/health', op: 'db' }, false, 'the name but not the operation'],
    [{ name: '/other', op: 'http' }, false, 'the operation but not the name'],
    [{}, false, 'an empty pattern'],
    [{ attributes: { 'http.route': '/health' } }, true, 'text in an attribute'],
    [{ attributes: { 'http.route': /^\/health/ } }, true, 'an expression for an attribute'],
    [{ attributes: { 'http.route': '/other' } }, false, 'other text in an attribute'],
    [{ attributes: { 'http.response.status_code': 200 } }, true, 'a number'],
    [{ attributes: { 'http.response.status_code': 404 } }, false, 'another number'],
    [{ attributes: { 'http.response.status_code': '200' } }, false, 'text for a number'],
    [{ attributes: { 'http.response.status_code': /200/ } }, false, 'an expression for a number'],
    [{ attributes: { ok: true } }, true, 'a boolean'],
    [{ attributes: { ok: false } }, false, 'another boolean'],
    [{ attributes: { nothing: null } }, true, 'null'],
    [{ attributes: { missing: null } }, false, 'null for what is missing'],
    [{ attributes: { missing: 'x' } }, false, 'text for what is missing'],
    [{ attributes: { missing: /x/ } }, false, 'an expression for what is missing'],
    [{ attributes: { empty: '' } }, true, 'empty text'],
    [{ attributes: { 'user.roles': ['admin', 'editor'] } }, true, 'a list'],
    [{ attributes: { 'user.roles': ['adm', /^edit/] } }, true, 'a list, element by element'],
    [{ attributes: { 'user.roles': ['admin'] } }, false, 'a shorter list'],
    [{ attributes: { 'user.roles': ['admin', 'editor', 'x'] } }, false, 'a longer list'],
    [{ attributes: { 'user.roles': ['editor', 'admin'] } }, false, 'a list in another order'],
    [{ attributes: { 'user.roles': 'admin' } }, false, 'text for a list'],
    [{ attributes: { 'http.route': ['/health'] } }, false, 'a list for text'],
    [{ attributes: { grade: ['a'] } }, false, 'a list of one letter for a letter'],
    [{ attributes: { nested: { a: 1 } } }, false, 'an object that looks the same'],
    [{ attributes: { 'http.route': '/health', ok: true } }, true, 'several attributes'],
    [{ attributes: { 'http.route': '/health', ok: false } }, false, 'one attribute of several'],
    [{ name: 'GET', op: 'http', attributes: { ok: true } }, true, 'everything'],
    [{ name: 'GET', op: 'http', attributes: { ok: false } }, false, 'everything but an attribute'],
  ];
  for (const [pattern, matches, why] of cases) {
    it(`is ${matches} for ${shown(pattern)}: ${why}`, () =>
      assert.equal(matchesSpan([pattern], SPAN), matches));
  }

  it('is true when one of several patterns matches', () => {
    assert.equal(matchesSpan(['x', { op: 'y' }, { op: 'http' }], SPAN), true);
    assert.equal(matchesSpan(['x', { op: 'y' }], SPAN), false);
    assert.equal(matchesSpan([], SPAN), false);
  });

  it('does not match the operation of a span that has none', () => {
    for (const op of ['', 'http', /^/])
      assert.equal(matchesSpan([{ op }], { ...SPAN, op: undefined }), false);
  });

  for (const expression of [/live/g, /\/health/gy]) {
    it(`gives the same answer each time for ${String(expression)}`, () => {
      const patterns = [{ name: /live/g }, { attributes: { 'http.route': expression } }];
      for (let time = 0; time < 3; time++) {
        for (const pattern of patterns) assert.equal(matchesSpan([pattern], SPAN), true);
      }
    });
  }

  it('does not take what every object has for an attribute', () => {
    assert.equal(
      matchesSpan([{ attributes: { constructor: Object } }], { ...SPAN, attributes: Object.create(null) }),
      false,
    );
  });
});
