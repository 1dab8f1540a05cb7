import assert from 'node:assert/strict';
import { spanIdOf, traceIdOf } from '../../src/conversion/ids.js';

for (const { name, read, digits } of [
  { name: 'traceIdOf', read: traceIdOf, digits: 32 },
  { name: 'spanIdOf', read: spanIdOf, digits: 16 },
]) {
  describe(name, () => {
    it(`is ${digits} hex digits in lower case`, () => {
      assert.equal(
        read('0123456789abcdef'.repeat(2).slice(0, digits)),
        '0123456789abcdef'.repeat(2).slice(0, digits),
      );
      assert.equal(read('A'.repeat(digits)), 'a'.repeat(digits));
    });

    for (const id of [
      '0'.repeat(digits),
      'a'.repeat(digits - 1),
      'a'.repeat(digits + 1),
      'g'.repeat(digits),
      '',
      `${'a'.repeat(digits)}\n`,
      undefined,
      5,
    ]) {
      it(`is undefined for ${JSON.stringify(id)}`, () => assert.equal(read(id), undefined));
    }
  });
}
