import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Bag } from '../../src/transport/bag.js';

function itemsOf<T>(bag: Bag<T>): T[] {
  const items: T[] = [];
  bag.forEach(item => items.push(item));
  return items;
}

describe('Bag', () => {
  it('holds what was added and not taken out, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), steps => {
        const bag = new Bag<number>();
        const inside = new Map<number, () => boolean>();
        steps.forEach((pick, item) => {
          const [key, takeOut] = [...inside][pick] ?? [];
          if (key === undefined || takeOut === undefined) inside.set(item, bag.add(item));
          else {
            assert.equal(takeOut(), true);
            assert.equal(takeOut(), false);
            inside.delete(key);
          }
          assert.equal(bag.size, inside.size);
          assert.deepEqual(new Set(itemsOf(bag)), new Set(inside.keys()));
        });
      }),
    );
  });

  it('holds the same thing as often as it was added', () => {
    const bag = new Bag<string>();
    bag.add('a');
    const takeOut = bag.add('a');
    takeOut();
    assert.deepEqual(itemsOf(bag), ['a']);
  });

  it('passes over what is taken out before its turn, and what is added meanwhile', () => {
    const bag = new Bag<string>();
    const takers = [bag.add('a'), bag.add('b'), bag.add('c')];
    const seen: string[] = [];
    bag.forEach(item => {
      seen.push(item);
      bag.add('d');
      takers[1]?.();
    });
    assert.deepEqual(seen, ['a', 'c']);
  });

  it('lets what is looked at be taken out', () => {
    const bag = new Bag<number>();
    for (let i = 0; i < 5; i++) bag.add(i);
    bag.forEach((item, takeOut) => item % 2 === 0 && takeOut());
    assert.deepEqual(itemsOf(bag).sort(), [1, 3]);
  });

  it('knows nothing of what was in it when it is cleared', () => {
    const bag = new Bag<string>();
    const takeOut = bag.add('a');
    bag.clear();
    assert.deepEqual([bag.size, takeOut()], [0, false]);
  });
});
