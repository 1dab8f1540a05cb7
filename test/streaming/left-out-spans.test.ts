import assert from 'node:assert/strict';
import { LeftOutSpans } from '../../src/streaming/left-out-spans.js';
import { buildSpan } from '../support/spans.js';

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => (index + 1).toString(16).padStart(16, '0'));

describe('LeftOutSpans', () => {
  it('finds the nearest ancestor that is not left out, in whichever order they were left out', () => {
    const root = buildSpan();
    const outer = buildSpan({ parent: root });
    const inner = buildSpan({ parent: outer });
    const child = buildSpan({ parent: inner });
    for (const order of [
      [outer, inner],
      [inner, outer],
    ]) {
      const leftOut = new LeftOutSpans();
      for (const span of order) leftOut.add(span);
      assert.equal(leftOut.parentOf(child)?.spanId, root.spanContext().spanId);
      assert.equal(leftOut.parentOf(inner)?.spanId, root.spanContext().spanId);
      assert.equal(leftOut.has(child.spanContext()), false);
    }
  });

  it('does not go round in circles', () => {
    const [a = '', b = ''] = ids(2);
    const leftOut = new LeftOutSpans();
    leftOut.add(buildSpan({ spanId: a, parent: b }));
    leftOut.add(buildSpan({ spanId: b, parent: a }));
    assert.doesNotThrow(() => leftOut.parentOf(buildSpan({ parent: a })));
  });

  it('remembers a bounded number of spans whose contexts nobody holds', () => {
    const leftOut = new LeftOutSpans();
    const all = ids(10_002);
    for (const spanId of all) leftOut.add(buildSpan({ spanId }));
    const [first = '', ...others] = all;
    const contextOf = (spanId: string) => buildSpan({ spanId }).spanContext();
    assert.equal(leftOut.has(contextOf(first)), false);
    assert.equal(leftOut.has(contextOf(others.at(-1) ?? '')), true);
  });
});
