import assert from 'node:assert/strict';
import type { Span } from '@opentelemetry/api';
import { collectGarbage } from './support/collect-garbage.js';
import { Tracing } from './support/tracing.js';

/** Longer than spans wait for each other, in either lifecycle. */
const WAIT_MILLIS = 10_000;

/** Attributes with which a transaction is too large to be kept. */
const MANY = 100;

describe('ShapeKeeper', () => {
  for (const traceLifecycle of ['transaction', 'stream'] as const) {
    it(`keeps the last root that was sent, and no other, when the lifecycle is ${traceLifecycle}`, async () => {
      const tracing = new Tracing({ traceLifecycle });
      const first = await send(tracing, 0);
      const last = await send(tracing, 0);
      await collectGarbage();
      assert.deepEqual([isAlive(first), isAlive(last)], [false, true]);
    });
  }

  it('keeps the root before it when a transaction is large', async () => {
    const tracing = new Tracing();
    const small = await send(tracing, 0);
    const large = await send(tracing, MANY);
    await collectGarbage();
    assert.deepEqual([isAlive(small), isAlive(large)], [true, false]);
  });
});

/** In a function of its own, so that no variable holds the root. */
async function send(tracing: Tracing, attributes: number): Promise<WeakRef<Span>> {
  const root = tracing.start('root');
  for (let i = 0; i < attributes; i++) root.setAttribute(`app.${i}`, 'x'.repeat(1000));
  root.end();
  await tracing.pass(WAIT_MILLIS);
  return new WeakRef(root);
}

function isAlive(ref: WeakRef<Span>): boolean {
  return ref.deref() !== undefined;
}
