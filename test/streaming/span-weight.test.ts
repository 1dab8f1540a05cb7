import assert from 'node:assert/strict';
import { spansWeight, spanWeight } from '../../src/streaming/span-weight.js';
import { buildSpan } from '../support/spans.js';

describe('spanWeight', () => {
  it('grows with names and values', () => {
    const plain = spanWeight(buildSpan({ name: '' }));
    assert.equal(spanWeight(buildSpan({ name: 'root' })), plain + 8);
    assert.equal(spanWeight(buildSpan({ name: '', attributes: { a: 'text', b: 1, c: true } })), plain + 26);
    assert.equal(spanWeight(buildSpan({ name: '', attributes: { a: ['one', 'two'] } })), plain + 14);
  });
});

describe('spansWeight', () => {
  it('is the sum', () => {
    const [one, two] = [buildSpan({ name: 'one' }), buildSpan({ name: 'second' })];
    assert.equal(spansWeight([one, two]), spanWeight(one) + spanWeight(two));
    assert.equal(spansWeight([]), 0);
  });

  it('is infinite when a span cannot be read', () => {
    const attributes = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('hostile');
        },
      },
    );
    assert.equal(spansWeight([buildSpan({ name: 'one' }), buildSpan({ attributes })]), Infinity);
  });
});
