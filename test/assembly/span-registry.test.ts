import assert from 'node:assert/strict';
import type { SpanContext } from '@opentelemetry/api';
import { SpanRegistry } from '../../src/assembly/span-registry.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { SPAN_ID, TRACE_ID } from '../support/trace-headers.js';

const record = new SegmentRecord({ traceId: TRACE_ID, sampled: true });

function newContext(): SpanContext {
  return { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
}

describe('SpanRegistry', () => {
  for (const [kind, make] of [
    ['a context', newContext],
    ['a frozen context', () => Object.freeze(newContext())],
  ] as const) {
    it(`finds the place of a span by ${kind}, and no other registry does`, () => {
      const registry = new SpanRegistry();
      const [root, child] = [make(), make()];
      const segment = registry.startSegment(root, record);
      const node = registry.startChild(child, segment.root);
      assert.equal(registry.find(root), segment.root);
      assert.equal(registry.find(child), node);
      assert.equal(node.parent, segment.root);
      assert.equal(new SpanRegistry().find(root), undefined);
    });
  }

  it('leaves a context as others see it', () => {
    const context = newContext();
    new SpanRegistry().startSegment(context, record);
    assert.deepEqual(context, newContext());
    assert.deepEqual({ ...context }, newContext());
    assert.deepEqual(Object.getOwnPropertySymbols({ ...context }), []);
  });

  it('finds nothing by the context of a span that it was not told of, or by none', () => {
    const registry = new SpanRegistry();
    assert.equal(registry.find(newContext()), undefined);
    assert.equal(registry.find(undefined), undefined);
  });
});
