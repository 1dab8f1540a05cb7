import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { toJson } from '../../src/protocol/json.js';

describe('toJson()', () => {
  it('replaces surrogates without their pair, and nothing else', () => {
    const cases: readonly [text: string, read: string][] = [
      ['a\ud800b', 'a\ufffdb'],
      ['\udc00', '\ufffd'],
      ['\ud83d\ude00', '😀'],
      ['\\ud800', '\\ud800'],
      ['\\\ud800', '\\\ufffd'],
      ['\\\\\ud800', '\\\\\ufffd'],
      ['\ud800\ud83d\ude00', '\ufffd😀'],
    ];
    for (const [text, read] of cases)
      assert.deepEqual(JSON.parse(toJson({ [text]: text })), { [read]: read });
  });

  it('is what JSON.stringify writes when all is well', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
        value => toJson(value) === JSON.stringify(value),
      ),
    );
  });

  it('never leaves a surrogate escape that is not text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('\\', 'u', 'd', '8', '0', '\ud800', '\udfff', '"') }),
        text => {
          const read: unknown = JSON.parse(toJson([text]));
          assert.deepEqual(read, [Buffer.from(text).toString()]);
        },
      ),
    );
  });
});
