import assert from 'node:assert/strict';
import { eventTags } from '../../src/conversion/tags.js';
import type { JsonObject } from '../../src/protocol/transaction.js';

const NONE = { tags: {}, tagAttributes: [] };
const tagsOf = (
  data: JsonObject,
  settings: Partial<Parameters<typeof eventTags>[0]> = {},
  resource: JsonObject = {},
) => eventTags({ ...NONE, ...settings }, data, resource);

describe('eventTags', () => {
  it('is absent when there are none', () => {
    assert.equal(tagsOf({ a: 1 }), undefined);
  });

  it('has the tags of the settings', () => {
    assert.deepEqual(tagsOf({}, { tags: { a: 'x', n: 1, t: true } }), { a: 'x', n: '1', t: 'true' });
  });

  it('has explicit ones as text', () => {
    const data = {
      'sentry.tag.color': 'red',
      'sentry.tag.n': 5,
      'sentry.tag.t': false,
      'sentry.tag.list': ['a', 1],
      'sentry.tag.map': { a: 1 },
    };
    assert.deepEqual(tagsOf(data), { color: 'red', n: '5', t: 'false', list: 'a, 1', map: '{"a":1}' });
  });

  it('has the attributes that were asked for', () => {
    const data = { 'http.route': '/a', 'http.scheme': 'https', 'app.team': 'core' };
    assert.deepEqual(tagsOf(data, { tagAttributes: ['http.route', 'absent', /^app\./g, /^app\./g] }), {
      'http.route': '/a',
      'app.team': 'core',
    });
  });

  it('does not take part of a name for the name', () => {
    assert.equal(tagsOf({ 'http.route': '/a' }, { tagAttributes: ['http'] }), undefined);
  });

  it('looks at the resource where the root says nothing', () => {
    const resource = { 'service.name': 'shop', team: 'core', 'sentry.tag.zone': 'eu' };
    const settings = { tagAttributes: ['service.name', 'team'] };
    assert.deepEqual(tagsOf({ team: 'mine' }, settings, resource), {
      'service.name': 'shop',
      team: 'mine',
      zone: 'eu',
    });
  });

  it('lets the more explicit one win', () => {
    const settings = { tags: { a: 'setting', b: 'setting', c: 'setting' }, tagAttributes: ['a', 'b'] };
    assert.deepEqual(tagsOf({ a: 'attribute', b: 'attribute', 'sentry.tag.b': 'explicit' }, settings), {
      a: 'attribute',
      b: 'explicit',
      c: 'setting',
    });
  });

  describe('values', () => {
    const valueOf = (value: string) => tagsOf({ 'sentry.tag.a': value })?.['a'];

    it('may have 200 characters', () => assert.equal(valueOf('v'.repeat(200)), 'v'.repeat(200)));

    it('are cut to 200 with an ellipsis', () => {
      assert.equal(valueOf('v'.repeat(201)), `${'v'.repeat(197)}...`);
      assert.equal(valueOf(`${'v'.repeat(196)}🚀${'v'.repeat(9)}`), `${'v'.repeat(196)}...`);
    });

    it('are one line', () => assert.equal(valueOf('a\r\nb\nc'), 'a b c'));

    it('of lists are joined, what is missing left empty', () => {
      assert.deepEqual(tagsOf({ 'sentry.tag.a': ['x', null, 1, true] }), { a: 'x, , 1, true' });
    });

    it('are not empty', () => assert.equal(valueOf(''), undefined));

    it('of the settings stay whole in data when they are cut', () => {
      const data: JsonObject = {};
      tagsOf(data, { tags: { long: 'v'.repeat(300), short: 'x', fitting: 'v'.repeat(200) } });
      assert.deepEqual(data, { 'sentry.tag.long': 'v'.repeat(300) });
    });
  });

  for (const [name, key] of [
    ['a b', 'a-b'],
    ['a/b,c', 'a_b_c'],
    ['Aa0_.:-', 'Aa0_.:-'],
    ['k'.repeat(300), 'k'.repeat(200)],
  ] as const) {
    it(`are named ${key.slice(0, 10)} for "${name.slice(0, 10)}"`, () => {
      assert.deepEqual(tagsOf({ [`sentry.tag.${name}`]: 'x' }), { [key]: 'x' });
    });
  }

  it('cannot harm through their names', () => {
    assert.equal(
      JSON.stringify(tagsOf({ 'sentry.tag.__proto__': 'x', 'sentry.tag.': 'y' })),
      '{"__proto__":"x"}',
    );
  });
});
