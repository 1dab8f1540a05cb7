import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { attributeText, typedAttributeText } from '../../src/conversion/attribute-text.js';
import { typedAttribute } from '../../src/conversion/typed-attributes.js';
import { toJson } from '../../src/protocol/json.js';
import type { JsonValue } from '../../src/protocol/transaction.js';
import { anyUtf16 } from '../support/arbitraries/text.js';
import { collectGarbage } from '../support/collect-garbage.js';

function written(name: string, value: JsonValue | undefined): unknown {
  const members: Record<string, unknown> = JSON.parse(`{${attributeText(name, value).slice(1)}}`);
  return members[name];
}

describe('attributeText', () => {
  it('is a member of an object, with the comma before it', () => {
    assert.equal(attributeText('a "b"', 'c\n'), ',"a \\"b\\"":{"type":"string","value":"c\\n"}');
    assert.equal(attributeText('n', 1), ',"n":{"type":"integer","value":1}');
  });

  it('is nothing for what has no type', () => {
    for (const value of [null, undefined, Number.NaN, Infinity])
      assert.equal(attributeText('none', value), '');
  });

  it('has every value of an attribute, whatever it had before', () => {
    const values: readonly (JsonValue | undefined)[] = [
      'a',
      'a',
      undefined,
      'a',
      1,
      '1',
      true,
      'true',
      null,
      0,
      0.5,
      Number.NaN,
      'x'.repeat(1000),
      'x'.repeat(1000),
      'a',
    ];
    for (const value of values) assert.deepEqual(written('same', value), typedAttribute('same', value));
  });

  it('looks into lists each time, as they may have changed', () => {
    const list = ['a'];
    assert.deepEqual(written('list', list), { type: 'array', value: ['a'] });
    list.push('b');
    assert.deepEqual(written('list', list), { type: 'array', value: ['a', 'b'] });
  });

  it('replaces half a character, which strict parsers refuse', () => {
    for (let time = 1; time <= 2; time++) {
      assert.equal(attributeText('half', '\ud83d'), ',"half":{"type":"string","value":"\\ufffd"}');
      assert.equal(attributeText('half\ud83d', 1), ',"half\\ufffd":{"type":"integer","value":1}');
    }
  });

  it('does not hold a long text of which a value is a part', async () => {
    await collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 20; index++) {
      const long = String(index).repeat(2_000_000);
      attributeText(`part.${index}`, long.slice(5, 105));
    }
    await collectGarbage();
    const held = process.memoryUsage().heapUsed - before;
    assert.ok(held < 10_000_000, `${held} bytes`);
  });

  it('writes what is typed, for attributes of any name in any order', () => {
    const name = fc.oneof(fc.constantFrom('a', '__proto__', 'sentry.sample_rate', ''), anyUtf16);
    const value = fc.oneof(
      fc.constantFrom('x', 1, 0.5, true, null),
      anyUtf16,
      fc.double(),
      fc.array(fc.string()),
      fc.dictionary(fc.string(), fc.integer()),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), attributes => {
        for (const [key, given] of attributes) {
          const text = attributeText(key, given);
          const typed = typedAttribute(key, given);
          assert.equal(text, typedAttributeText(key, typed));
          const expected = typed && `,${toJson(key)}:${toJson(typed)}`;
          assert.equal(text, expected ?? '');
        }
      }),
    );
  });
});
