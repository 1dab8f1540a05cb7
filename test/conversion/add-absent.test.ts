import assert from 'node:assert/strict';
import { addAllAbsent } from '../../src/conversion/add-absent.js';
import type { JsonObject } from '../../src/protocol/transaction.js';

describe('addAllAbsent()', () => {
  it('adds what is not there, and changes nothing', () => {
    const data: JsonObject = { a: 1 };
    addAllAbsent(data, { a: 2, b: 3 });
    assert.deepEqual(data, { a: 1, b: 3 });
  });
});
