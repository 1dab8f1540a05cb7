import assert from 'node:assert/strict';
import { describeExample } from './support/describe-example.js';
import { itemsOf, transactionsOf } from './support/received.js';

describeExample('express-pg', ({ example, sentry }) => {
  it('sends requests with their queries, and the error of a query that failed', async () => {
    const database = example().start('database', { PGPORT: '0' });
    const app = example().start('start', {
      SENTRY_DSN: sentry().dsn,
      DATABASE_URL: await database.printed(/DATABASE_URL=(\S+)/),
    });
    const origin = await app.origin();
    assert.deepEqual(await (await fetch(`${origin}/squares/7`)).json(), { square: 49 });
    assert.equal((await fetch(`${origin}/squares/seven`)).status, 500);
    const output = await app.stop();
    await database.kill();

    const [first, second, ...others] = transactionsOf(sentry());
    assert.deepEqual(others, []);
    for (const transaction of [first, second]) {
      assert.ok(transaction);
      assert.equal(transaction.transaction, 'GET /squares/:number');
      assert.equal(transaction.transaction_info.source, 'route');
      assert.equal(transaction.contexts.trace.op, 'http.server');
      assert.deepEqual(transaction.tags, { parity: 'odd' });
      const query = transaction.spans.find(({ description }) => description.startsWith('select '));
      assert.equal(query?.description, 'select $1::int * $1::int as square');
      assert.equal(query.op, 'db');
      assert.equal(query.data['db.system.name'], 'postgresql');
    }
    assert.deepEqual([first?.contexts.trace.status, second?.contexts.trace.status].sort(), [
      'internal_error',
      'ok',
    ]);
    const failed = [first, second].find(
      transaction => transaction?.contexts.trace.status === 'internal_error',
    );
    const errors = itemsOf(sentry(), 'event');
    assert.deepEqual(
      errors.map(({ trace }) => trace?.['trace_id']),
      errors.map(() => failed?.contexts.trace.trace_id),
    );
    assert.match(
      JSON.stringify(errors.map(({ payload }) => payload)),
      /invalid input syntax for type integer/,
    );
    assert.doesNotMatch(output, /Error/);
  });
});
