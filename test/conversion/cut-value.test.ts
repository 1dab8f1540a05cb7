import assert from 'node:assert/strict';
import { cutJson, cutMark, cutValue } from '../../src/conversion/cut-value.js';

const MAX_CHARS = 40;

describe('cutValue', () => {
  it('keeps what is no longer than the limit', () => {
    assert.equal(cutValue('x'.repeat(MAX_CHARS), MAX_CHARS), 'x'.repeat(MAX_CHARS));
  });

  it('cuts what is longer to the limit, mark included', () => {
    const cut = cutValue('x'.repeat(41), MAX_CHARS);
    assert.equal(cut.length, MAX_CHARS);
    assert.match(cut, /^x+… \[cut, 41 characters\]$/);
  });

  it('says how long a value was in the first place when it is cut again', () => {
    const once = cutValue('x'.repeat(500), 100);
    assert.match(cutValue(once, MAX_CHARS), /^x+… \[cut, 500 characters\]$/);
  });

  it('does not take a mark within the text for its own', () => {
    assert.match(cutValue(`${cutMark(7)}${'x'.repeat(93)}`, 50), /\[cut, 114 characters\]$/);
  });

  it('keeps the media type alone of a data: URL that is too long', () => {
    const url = `data:image/png;base64,${'A'.repeat(78)}`;
    assert.equal(cutValue(url, MAX_CHARS), `data:image/png,${cutMark(100)}`);
    assert.match(cutValue(`see ${url}`, MAX_CHARS), /^see data:/);
  });

  for (const character of ['\ud800\udc00', '\udbff\udfff', '🚀']) {
    it(`does not tear ${JSON.stringify(character)} apart`, () => {
      const [leading = ''] = character.split('');
      const room = MAX_CHARS - cutMark(102).length;
      const text = 'x'.repeat(room - 1) + character + 'y'.repeat(101 - room);
      assert.equal(cutValue(text, MAX_CHARS), 'x'.repeat(room - 1) + cutMark(text.length));
      assert.equal(cutValue(text, MAX_CHARS).includes(leading), false);
      assert.equal(cutValue(text, MAX_CHARS + 1), 'x'.repeat(room - 1) + character + cutMark(text.length));
    });
  }

  it('is the mark when there is room for nothing else', () => {
    assert.equal(cutValue('x'.repeat(100), 5), cutMark(100));
  });
});

describe('cutJson', () => {
  it('cuts texts at any depth, and leaves everything else as it is', () => {
    const long = 'x'.repeat(100);
    const cut = cutValue(long, MAX_CHARS);
    assert.deepEqual(cutJson({ a: [long, 1, null, { b: long }], c: true }, MAX_CHARS), {
      a: [cut, 1, null, { b: cut }],
      c: true,
    });
  });
});
