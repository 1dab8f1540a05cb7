import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import {
  hasAttribute,
  integerAttribute,
  stringAttribute,
  toInteger,
  toJsonValue,
} from '../../src/otel/attributes.js';

describe('stringAttribute', () => {
  it('is the first of the names that holds text', () => {
    assert.equal(stringAttribute({ b: '2', c: '3' }, 'a', 'b', 'c'), '2');
  });

  it('passes over empty text and other types', () => {
    assert.equal(
      stringAttribute({ a: '', b: 4, c: true, d: ['x', 'y'], e: null, f: 'f' }, 'a', 'b', 'c', 'd', 'e', 'f'),
      'f',
    );
  });

  it('unwraps a list of one text', () => {
    assert.equal(stringAttribute({ a: ['http'] }, 'a'), 'http');
    assert.equal(stringAttribute({ a: [5] }, 'a'), undefined);
    assert.equal(stringAttribute({ a: [] }, 'a'), undefined);
  });

  it('is undefined when none is there', () => {
    assert.equal(stringAttribute({}, 'a', 'b'), undefined);
  });
});

describe('integerAttribute', () => {
  it('is the first of the names that holds an integer', () => {
    assert.equal(integerAttribute({ a: 'x', b: 1.5, c: 7 }, 'a', 'b', 'c'), 7);
    assert.equal(integerAttribute({}, 'a'), undefined);
  });
});

describe('toInteger', () => {
  const values: readonly [unknown, number | undefined][] = [
    [0, 0],
    [-3, -3],
    [404, 404],
    ['404', 404],
    ['-1', -1],
    ['007', 7],
    [1.5, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ['1e3', undefined],
    [' 1', undefined],
    ['', undefined],
    ['9'.repeat(16), undefined],
    [true, undefined],
    [[200], undefined],
    [undefined, undefined],
  ];
  for (const [value, expected] of values) {
    it(`is ${expected} for ${JSON.stringify(value) ?? String(value)}`, () => {
      assert.equal(toInteger(value), expected);
    });
  }
});

describe('hasAttribute', () => {
  it('holds for values of any type', () => {
    for (const value of ['x', true, 1, ['x']]) assert.equal(hasAttribute({ a: value }, 'a'), true);
  });

  it('does not hold for empty values', () => {
    for (const value of ['', false, 0, null, undefined]) assert.equal(hasAttribute({ a: value }, 'a'), false);
  });
});

describe('toJsonValue', () => {
  const kept: readonly unknown[] = ['', 'text', true, false, 0, -1.5, [], ['a', 'b'], [1, 2.5], [true]];
  for (const value of kept) {
    it(`keeps ${JSON.stringify(value)}`, () => assert.deepEqual(toJsonValue(value), value));
  }

  const changed: readonly { what: string; value: unknown; json: unknown }[] = [
    { what: 'NaN', value: Number.NaN, json: '[NaN]' },
    { what: 'Infinity', value: Number.POSITIVE_INFINITY, json: '[Infinity]' },
    { what: '-Infinity', value: Number.NEGATIVE_INFINITY, json: '[-Infinity]' },
    { what: 'NaN in a list', value: [1, Number.NaN], json: [1, '[NaN]'] },
    { what: 'holes of a list', value: ['a', null, undefined, 'b'], json: ['a', null, null, 'b'] },
    { what: 'what cannot be sent in a list', value: ['a', () => 1, 5n], json: ['a', null, null] },
    { what: 'bytes', value: new Uint8Array([104, 105]), json: 'aGk=' },
    { what: 'a map', value: { a: { b: [1, { c: true }] } }, json: { a: { b: [1, { c: true }] } } },
    { what: 'a map with nothing to send', value: { a: undefined, b: null, c: Symbol('s') }, json: {} },
    { what: 'a map without prototype', value: Object.assign(Object.create(null), { a: 1 }), json: { a: 1 } },
    { what: 'a map of another realm', value: runInNewContext('({ a: [1] })'), json: { a: [1] } },
    {
      what: 'a map with a __proto__ key',
      value: JSON.parse('{"__proto__": {"x": 1}, "a": 1}'),
      json: { a: 1 },
    },
  ];
  for (const { what, value, json } of changed) {
    it(`turns ${what} into ${JSON.stringify(json)}`, () => {
      assert.equal(JSON.stringify(toJsonValue(value)), JSON.stringify(json));
    });
  }

  const dropped: readonly [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a bigint', 5n],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['an instance of a class', new Map([['a', 1]])],
    ['a date', new Date(0)],
    ['more bytes than are sent', new Uint8Array(20_000)],
  ];
  for (const [what, value] of dropped) {
    it(`drops ${what}`, () => assert.equal(toJsonValue(value), undefined));
  }

  it('names what is nested too deeply', () => {
    const deep = { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } };
    assert.equal(JSON.stringify(toJsonValue(deep)), '{"a":{"a":{"a":{"a":{"a":{"a":"[Object]"}}}}}}');
    assert.match(JSON.stringify(toJsonValue([[[[[[[1]]]]]]])), /\[Array\]/);
  });

  it('ends for cycles', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    assert.match(JSON.stringify(toJsonValue(cycle)), /\[Object\]/);
  });

  it('ends soon for shared references that would unfold without end', () => {
    let value: unknown = Array.from({ length: 100 }, () => 'x');
    for (let level = 0; level < 5; level++) value = Array.from({ length: 100 }, () => value);
    assert.ok(JSON.stringify(toJsonValue(value)).length < 200_000);
  });

  it('drops what fails while it is read', () => {
    const hostile = {
      get a(): string {
        throw new Error('no');
      },
    };
    assert.equal(toJsonValue(hostile), undefined);
    assert.equal(
      toJsonValue(
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('no');
            },
          },
        ),
      ),
      undefined,
    );
  });

  it('never throws, and returns what JSON can hold', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withTypedArray: true,
          withNullPrototype: true,
          withDate: true,
          withMap: true,
          withSparseArray: true,
        }),
        value => {
          const json = toJsonValue(value);
          if (json !== undefined)
            assert.deepEqual(JSON.parse(JSON.stringify(json)), JSON.parse(JSON.stringify(toJsonValue(json))));
        },
      ),
    );
  });
});
