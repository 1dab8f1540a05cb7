import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { removeSpans } from '../../src/filtering/remove-spans.js';
import type { SpanJson } from '../../src/protocol/transaction.js';
import { lineage, spanJson } from '../support/events.js';

function child(id: string, parent: string): SpanJson {
  return spanJson(id, { parent_span_id: parent });
}

function orphan(id: string): SpanJson {
  const { parent_span_id: _, ...span } = spanJson(id);
  return span;
}

function without(spans: readonly SpanJson[], ...removed: readonly string[]): string[] {
  return lineage(removeSpans(spans, span => removed.includes(span.span_id)));
}

describe('removeSpans', () => {
  const tree = () => [spanJson('1'), child('2', '1'), child('3', '2'), child('4', '3'), child('5', '2')];

  it('keeps everything when nothing is removed', () => {
    assert.deepEqual(without(tree()), ['1<root', '2<1', '3<2', '4<3', '5<2']);
  });

  it('moves children up to the parent of a removed span', () => {
    assert.deepEqual(without(tree(), '2'), ['1<root', '3<1', '4<3', '5<1']);
  });

  it('moves them past all removed spans', () => {
    assert.deepEqual(without(tree(), '2', '3'), ['1<root', '4<1', '5<1']);
    assert.deepEqual(without(tree(), '1', '2', '3'), ['4<root', '5<root']);
  });

  it('removes leaves without touching others', () => {
    assert.deepEqual(without(tree(), '4', '5'), ['1<root', '2<1', '3<2']);
  });

  it('can remove everything', () => assert.deepEqual(without(tree(), '1', '2', '3', '4', '5'), []));

  it('does not depend on the order of the spans', () => {
    assert.deepEqual(without(tree().reverse(), '2', '3'), ['5<1', '4<1', '1<root']);
  });

  it('keeps the parent of a span whose parent is elsewhere', () => {
    assert.deepEqual(without([child('1', 'elsewhere'), child('2', '1')], '1'), ['2<elsewhere']);
  });

  it('leaves a child without a parent when the removed one had none', () => {
    const [span] = removeSpans([orphan('1'), child('2', '1')], ({ span_id: id }) => id === '1');
    assert.equal(span?.span_id, '2');
    assert.equal('parent_span_id' in Object(span), false);
  });

  it('leaves spans without a parent as they are', () => {
    assert.equal(
      'parent_span_id' in
        Object(removeSpans([orphan('1'), spanJson('2')], ({ span_id: id }) => id === '2')[0]),
      false,
    );
  });

  it('does nothing to nothing', () =>
    assert.deepEqual(
      removeSpans([], () => true),
      [],
    ));

  describe('with broken input', () => {
    it('ends when removed spans are each other’s parents', () => {
      const spans = [child('1', '2'), child('2', '1'), child('3', '1'), spanJson('4')];
      const remaining = removeSpans(spans, ({ span_id: id }) => id === '1' || id === '2');
      assert.deepEqual(
        remaining.map(({ span_id: id }) => id),
        ['3', '4'],
      );
    });

    it('ends when a removed span is its own parent', () => {
      const remaining = removeSpans([child('1', '1'), child('2', '1')], ({ span_id: id }) => id === '1');
      assert.equal(remaining.length, 1);
    });

    it('ends when remaining spans are each other’s parents', () => {
      assert.deepEqual(without([child('1', '2'), child('2', '1'), child('3', '1')], '3'), ['1<2', '2<1']);
    });

    it('removes every span of an id that is there twice', () => {
      assert.deepEqual(without([spanJson('1'), spanJson('1'), child('2', '1')], '1'), ['2<root']);
    });
  });

  it('removes exactly what is to be removed, in order, and never leaves a parent that was removed', () => {
    // Each span is below an earlier one or the root: a tree.
    const tree = fc
      .array(fc.record({ parent: fc.nat(), isRemoved: fc.boolean() }), { maxLength: 60 })
      .map(nodes =>
        nodes.map(({ parent, isRemoved }, index) => ({
          span:
            index === 0 || parent % (index + 1) === index
              ? spanJson(`s${index}`)
              : child(`s${index}`, `s${parent % index}`),
          isRemoved,
        })),
      );
    fc.assert(
      fc.property(tree, nodes => {
        const removed = new Set(nodes.filter(({ isRemoved }) => isRemoved).map(({ span }) => span.span_id));
        const parents = new Map(nodes.map(({ span }) => [span.span_id, span.parent_span_id]));
        const remaining = removeSpans(
          nodes.map(({ span }) => ({ ...span })),
          ({ span_id: id }) => removed.has(id),
        );
        assert.deepEqual(
          remaining.map(({ span_id: id }) => id),
          [...parents.keys()].filter(id => !removed.has(id)),
        );
        for (const { span_id: id, parent_span_id: parent } of remaining) {
          let expected = parents.get(id);
          while (expected !== undefined && removed.has(expected)) expected = parents.get(expected);
          assert.equal(parent, expected);
        }
      }),
    );
  });

  it('is quick with the longest chain a transaction can hold', () => {
    const chain = Array.from({ length: 1000 }, (_, index) =>
      index === 0 ? spanJson('s0') : child(`s${index}`, `s${index - 1}`),
    );
    const start = performance.now();
    assert.deepEqual(lineage(removeSpans(chain, ({ span_id: id }) => id !== 's999')), ['s999<root']);
    removeSpans(
      chain.map(span => ({ ...span })),
      ({ span_id: id }) => Number(id.slice(1)) % 2 === 0,
    );
    assert.ok(performance.now() - start < 500);
  });
});
