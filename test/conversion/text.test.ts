import assert from 'node:assert/strict';
import { cutText } from '../../src/conversion/text.js';

describe('cutText', () => {
  it('leaves what fits', () => {
    assert.equal(cutText('abc', 3), 'abc');
    assert.equal(cutText('', 0), '');
    assert.equal(cutText('ab\ud83d', 3), 'ab\ud83d');
  });

  it('keeps the beginning of what does not', () => {
    assert.equal(cutText('abcd', 3), 'abc');
  });

  it('does not tear a character apart', () => {
    assert.equal(cutText('ab🚀c', 3), 'ab');
    assert.equal(cutText('ab🚀c', 4), 'ab🚀');
    for (const character of ['\ud800\udc00', '\udbff\udfff']) assert.equal(cutText(`a${character}`, 2), 'a');
    for (const character of ['\ud7ff', '\udc00']) assert.equal(cutText(`a${character}b`, 2), `a${character}`);
  });
});
