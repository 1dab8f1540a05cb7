import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SegmentList } from '../../src/assembly/segment-list.js';
import { Segment } from '../../src/assembly/segment.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { TRACE_ID } from '../support/trace-headers.js';

function newSegment(): Segment {
  return new Segment(new SegmentRecord({ traceId: TRACE_ID, sampled: true }));
}

describe('SegmentList', () => {
  it('is a set in the order of adding, whatever is added and deleted', () => {
    const anyStep = fc.record({ which: fc.nat({ max: 5 }), isAdded: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), steps => {
        const segments = Array.from({ length: 6 }, newSegment);
        const list = new SegmentList();
        const expected = new Set<Segment>();
        for (const { which, isAdded } of steps) {
          const segment = segments[which] ?? newSegment();
          list[isAdded ? 'add' : 'delete'](segment);
          expected[isAdded ? 'add' : 'delete'](segment);
          assert.equal(list.size, expected.size);
        }
        const drained: Segment[] = [];
        for (let next = list.oldest; next; next = list.oldest) {
          drained.push(next);
          list.delete(next);
        }
        assert.equal(drained.length, expected.size);
        assert.ok([...expected].every((segment, index) => segment === drained[index]));
      }),
    );
  });

  it('leaves no trace on what was in it', () => {
    const list = new SegmentList();
    const segments = [newSegment(), newSegment(), newSegment()];
    for (const segment of segments) list.add(segment);
    for (const segment of segments) list.delete(segment);
    assert.ok(segments.every(({ older, newer }) => older === undefined && newer === undefined));
  });
});
