import assert from 'node:assert/strict';
import { schemaProblems } from '../support/vectors/transaction-schema.js';

const TRANSACTION = {
  event_id: 'e'.repeat(32),
  type: 'transaction',
  platform: 'node',
  transaction: 'GET /',
  transaction_info: { source: 'route' },
  start_timestamp: 1_800_000_000,
  timestamp: 1_800_000_001,
  contexts: { trace: { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), op: 'http.server' } },
  spans: [],
};

// That every transaction of the other tests follows it is checked after each of them.
describe('the schema of transactions', () => {
  it('takes one that is right', () => assert.deepEqual(schemaProblems(TRANSACTION), []));

  for (const [what, wrong] of [
    ['an event id of zeros', { event_id: '0'.repeat(32) }],
    ['an unknown source', { transaction_info: { source: 'guess' } }],
    ['a time that is text', { timestamp: '2' }],
    ['spans that are no list', { spans: {} }],
  ] as const) {
    it(`refuses ${what}`, () => assert.notEqual(schemaProblems({ ...TRANSACTION, ...wrong }).length, 0));
  }
});
