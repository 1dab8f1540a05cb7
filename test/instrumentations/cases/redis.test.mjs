import assert from 'node:assert/strict';
import { portOf } from '../support/address.mjs';
import { load, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { expectData, expectLines, spanOf } from '../support/transactions.mjs';

const { createClient } = load('redis');

describe('redis', () => {
  let client;
  let port;
  before(async function () {
    port = portOf('REDIS_PORT', this);
    client = createClient({ url: `redis://127.0.0.1:${port}` });
    await client.connect();
    expectLines(await receivedTransactions(1), ['db | redis-connect (task) | ok | auto.db.otel.redis']);
  });
  after(() => client?.quit());

  it('describes commands with their keys, without values', async () => {
    const transactions = await transactionsOf('checkout', 1, async () => {
      await client.set('cart', 'hunter2');
      await client.get('cart');
    });

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | SET cart [1 other arguments] | ok | auto.db.otel.redis',
      '  db | GET cart | ok | auto.db.otel.redis',
    ]);
    expectData(spanOf(transactions, 'GET cart'), {
      'db.system': 'redis',
      'db.system.name': 'redis',
      'db.query.text': 'GET cart',
      'server.address': '127.0.0.1',
      'server.port': port,
      'sentry.kind': 'client',
      'otel.scope.name': '@opentelemetry/instrumentation-redis',
    });
    assert.equal(JSON.stringify(transactions).includes('hunter2'), false);
  });

  it('shows the commands that are executed together', async () => {
    const transactions = await transactionsOf('checkout', 1, () =>
      client.multi().set('stock', '1').get('stock').exec(),
    );
    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | SET stock [1 other arguments] | ok | auto.db.otel.redis',
      '  db | GET stock | ok | auto.db.otel.redis',
    ]);
  });

  it('shows a command that failed, and why', async () => {
    await client.set('name', 'Ada');
    await receivedTransactions(1);
    const transactions = await transactionsOf('checkout', 1, () => assert.rejects(client.incr('name')));

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | INCR name | internal_error | auto.db.otel.redis',
    ]);
    expectData(spanOf(transactions, 'INCR name'), {
      'exception.message': 'ERR value is not an integer or out of range',
      'sentry.status.message': 'ERR value is not an integer or out of range',
    });
  });

  it('makes a command without a parent a transaction', async () => {
    await client.get('cart');
    expectLines(await receivedTransactions(1), ['db | GET cart (task) | ok | auto.db.otel.redis']);
  });
});
