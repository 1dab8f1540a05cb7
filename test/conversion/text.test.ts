import assert from 'node:assert/strict';
import { cutText } from '../../src/conversion/text.js';

describe('cutText', () => {
  it('leaves what fits', () => {
    assert.equal(cutText('abc', 3), 'abc');
    assert.equal(cutText('', 0), '');
  });

  it('keeps the beginning of what does not', () => {
    assert.equal(cutText('abcd', 3), 'abc');
  });

  it('does not tear a character apart', () => {
    assert.equal(cutText('ab🚀c', 3), 'ab');
    assert.equal(cutText('ab🚀c', 4), 'ab🚀');
  });
});
