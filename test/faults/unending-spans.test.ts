import assert from 'node:assert/strict';
import { assertExact, lossesOf, sumsOf } from './support/accounts.js';
import { runChild } from './support/child-process.js';

const SPANS = 1_000_000;
/** Tables keep the size they once needed, and code is compiled. A leak of four bytes per span shows. */
const TOLERANCE_BYTES = 4 * 1024 * 1024;
const MAX_BUFFERED_SPANS = 20_000;
/** With what the SDK keeps of each span. */
const MAX_BUFFER_BYTES = MAX_BUFFERED_SPANS * 3000;

describe('a million spans: below roots that never end, later than their roots, below sampled-out roots', function () {
  this.timeout(120_000);

  it('are accounted for to the span, and leave no memory behind', async () => {
    const child = await runChild('unending-spans-child.ts', [String(SPANS), String(MAX_BUFFERED_SPANS)], {
      nodeOptions: ['--expose-gc'],
      deadlineMillis: 110_000,
    });
    const { open, belowOpen, received, reported, heapBefore, heapOpen, heapAfter, isClosed, ...statement } =
      await child.statement;
    const { diagnosis, ended } = statement;
    const losses = lossesOf(statement);
    assert.equal(isClosed, true);
    assert.equal((ended['span'] ?? 0) + Number(open), SPANS);
    // What the buffer still held below open roots is sent at the end, each span as a transaction.
    const subtrees = Number(belowOpen) - (losses['buffer_overflow/span'] ?? 0);
    assert.ok(subtrees > 0 && subtrees <= MAX_BUFFERED_SPANS, `${subtrees} were kept`);
    assertExact({ diagnosis, ended: { ...ended, transaction: (ended['transaction'] ?? 0) + subtrees } });
    assert.deepEqual(sumsOf(diagnosis.delivery?.delivered ?? []), received);
    assert.deepEqual(reported, losses);
    const heap = [heapBefore, heapOpen, heapAfter].map(Number);
    console.log(`      bytes before, while roots are open, and afterwards: ${heap.join(', ')}`);
    const used = (bytes: unknown): number => Number(bytes) - Number(heapBefore);
    assert.ok(used(heapOpen) < MAX_BUFFER_BYTES, `${used(heapOpen)} bytes while roots are open`);
    assert.ok(used(heapAfter) < TOLERANCE_BYTES, `${used(heapAfter)} bytes are left`);
  });
});
