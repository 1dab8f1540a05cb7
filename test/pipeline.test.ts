import assert from 'node:assert/strict';
import type { ProfileObserver } from '../src/profile-source.js';
import { Tracing } from './support/tracing.js';

const CHILDREN = 500;

/** A profiler that keeps what it is asked for, in order. */
function profilerThatNotes(calls: string[]): { attach(): ProfileObserver } {
  return {
    attach: () => ({
      rootStarted: () => undefined,
      childStarted: () => undefined,
      rootEnded: () => undefined,
      complete: () => {
        calls.push('complete');
        return [];
      },
      dropped: () => calls.push('dropped'),
      flush: () => undefined,
      close: () => calls.push('close'),
    }),
  };
}

/** Ends a tree that is too large for one turn: each look at the clock takes a millisecond. */
function endLargeTree(tracing: Tracing): void {
  const { clock } = tracing;
  const now = clock.monotonicMillis.bind(clock);
  clock.monotonicMillis = () => {
    clock.pass(1);
    return now();
  };
  const root = tracing.start('job');
  for (let index = 0; index < CHILDREN; index++) tracing.start(`step ${index}`, root).end();
  root.end();
}

describe('Pipeline', () => {
  it('asks for the profile of a large tree before the profiler is closed', async () => {
    const calls: string[] = [];
    const tracing = new Tracing({ profiler: profilerThatNotes(calls) });
    endLargeTree(tracing);
    await tracing.processor.shutdown();
    assert.deepEqual(calls, ['complete', 'close']);
    assert.equal(tracing.mailbox.transactions[0]?.spans.length, CHILDREN);
  });

  it('sends a large tree whole when it is flushed while the tree is being converted', async () => {
    const tracing = new Tracing();
    endLargeTree(tracing);
    await tracing.pass(1);
    assert.equal(tracing.mailbox.transactions.length, 0, 'interrupted');
    assert.equal(tracing.pipeline.bufferedSpans, CHILDREN + 1);
    await tracing.processor.forceFlush();
    assert.equal(tracing.mailbox.transactions[0]?.spans.length, CHILDREN);
    assert.equal(tracing.pipeline.bufferedSpans, 0);
  });
});
