import assert from 'node:assert/strict';
import { measuredAttribute, typedAttributes } from '../../src/conversion/typed-attributes.js';
import type { JsonObject } from '../../src/protocol/transaction.js';

const TYPED: readonly (readonly [value: JsonObject[string], type: string | undefined, typed?: unknown])[] = [
  ['text', 'string'],
  ['', 'string'],
  [true, 'boolean'],
  [0, 'integer'],
  [-12, 'integer'],
  [9007199254740991, 'integer'],
  [9007199254740992, 'double'],
  [1e21, 'double'],
  [0.5, 'double'],
  [['a', 'b'], 'array'],
  [[1, 2.5], 'array'],
  [[true, false], 'array'],
  [[], 'array'],
  [['a', null, 'b'], 'array', ['a', 'b']],
  [[1, '[NaN]'], 'string', '[1,"[NaN]"]'],
  [[1, true], 'string', '[1,true]'],
  [['a', 1], 'string', '["a",1]'],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [[1, Number.NaN], 'string', '[1,null]'],
  [[['a']], 'string', '[["a"]]'],
  [{ a: 1 }, 'string', '{"a":1}'],
  [null, undefined],
];

describe('typedAttributes', () => {
  for (const [value, type, typed = value] of TYPED) {
    it(`makes ${JSON.stringify(value)} ${type ?? 'nothing'}`, () => {
      const { attribute } = typedAttributes({ attribute: value });
      assert.deepEqual(attribute, type === undefined ? undefined : { type, value: typed });
    });
  }

  it('takes a sample rate that is text for text', () =>
    assert.deepEqual(typedAttributes({ 'sentry.sample_rate': '1' })['sentry.sample_rate'], {
      type: 'string',
      value: '1',
    }));

  it('takes a sample rate for a fraction', () =>
    assert.deepEqual(typedAttributes({ 'sentry.sample_rate': 1 })['sentry.sample_rate'], {
      type: 'double',
      value: 1,
    }));
});

describe('measuredAttribute', () => {
  it('has the unit, if there is one', () => {
    assert.deepEqual(measuredAttribute({ value: 3, unit: 'byte' }), {
      type: 'double',
      value: 3,
      unit: 'byte',
    });
    assert.deepEqual(measuredAttribute({ value: 3, unit: 'none' }), { type: 'double', value: 3 });
    assert.deepEqual(measuredAttribute({ value: 3, unit: '' }), { type: 'double', value: 3 });
  });

  it('is nothing that JSON cannot hold', () =>
    assert.equal(measuredAttribute({ value: Infinity, unit: 'byte' }), undefined));
});
