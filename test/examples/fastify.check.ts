import assert from 'node:assert/strict';
import { describeExample } from './support/describe-example.js';
import { transactionsOf } from './support/received.js';

describeExample('fastify', ({ example, sentry }) => {
  it('sends requests under their routes, with handlers and spans of its own', async () => {
    const app = example().start('start', { SENTRY_DSN: sentry().dsn });
    const origin = await app.origin();
    assert.deepEqual(await (await fetch(`${origin}/orders/1`)).json(), { order: { id: '1' } });
    assert.equal((await fetch(`${origin}/orders/7`)).status, 500);
    await app.stop();

    const transactions = transactionsOf(sentry());
    assert.deepEqual(
      transactions.map(({ transaction, transaction_info, contexts }) => [
        transaction,
        transaction_info.source,
        contexts.trace.op,
      ]),
      Array.from({ length: 2 }, () => ['GET /orders/:id', 'route', 'http.server']),
    );
    assert.deepEqual(transactions.map(({ contexts }) => contexts.trace.status).sort(), [
      'internal_error',
      'ok',
    ]);
    for (const { spans } of transactions) {
      const load = spans.find(({ description }) => description === 'load order');
      const parent = spans.find(({ span_id }) => span_id === load?.parent_span_id);
      assert.equal(load?.op, 'db');
      assert.match(parent?.op ?? '', /fastify|handler/);
    }
  });
});
