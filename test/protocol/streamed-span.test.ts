import assert from 'node:assert/strict';
import { spanContainer } from '../../src/protocol/streamed-span.js';

describe('spanContainer', () => {
  const cases: readonly (readonly [spans: readonly unknown[], what: string])[] = [
    [[], 'no span'],
    [[{ name: 'a' }], 'one span'],
    [[{ name: 'a' }, { name: 'b, c' }], 'several spans'],
  ];
  for (const [spans, what] of cases) {
    it(`says its version and holds ${what}`, () => {
      const text = spanContainer(spans.map(span => JSON.stringify(span)));
      assert.deepEqual(JSON.parse(text), { version: 2, items: spans });
    });
  }
});
