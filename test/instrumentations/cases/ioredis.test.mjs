import assert from 'node:assert/strict';
import { portOf } from '../support/address.mjs';
import { load, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { expectData, expectLines, spanOf } from '../support/transactions.mjs';

const { Redis } = load('ioredis');

describe('ioredis', () => {
  let client;
  let port;
  before(async function () {
    port = portOf('REDIS_PORT', this);
    client = new Redis(port, '127.0.0.1', { lazyConnect: true });
    await client.connect();
  });
  after(() => client?.quit());

  it('describes commands with their keys, without values', async () => {
    const transactions = await transactionsOf('checkout', 1, async () => {
      await client.set('cart', 'hunter2');
      await client.get('cart');
    });

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | set cart [1 other arguments] | ok | auto.db.otel.redis',
      '  db | get cart | ok | auto.db.otel.redis',
    ]);
    expectData(spanOf(transactions, 'get cart'), {
      'db.system': 'redis',
      'db.system.name': 'redis',
      'db.query.text': 'get cart',
      'server.address': '127.0.0.1',
      'server.port': port,
      'sentry.kind': 'client',
      'otel.scope.name': '@opentelemetry/instrumentation-ioredis',
    });
    assert.equal(JSON.stringify(transactions).includes('hunter2'), false);
  });

  it('shows the commands that are executed together', async () => {
    const transactions = await transactionsOf('checkout', 1, () =>
      client.multi().set('stock', '1').get('stock').exec(),
    );
    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | multi | ok | auto.db.otel.redis',
      '  db | set stock [1 other arguments] | ok | auto.db.otel.redis',
      '  db | get stock | ok | auto.db.otel.redis',
      '  db | exec | ok | auto.db.otel.redis',
    ]);
  });

  it('shows a command that failed, and why', async () => {
    await client.set('name', 'Ada');
    const transactions = await transactionsOf('checkout', 1, () => assert.rejects(client.incr('name')));

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | incr name | internal_error | auto.db.otel.redis',
    ]);
    expectData(spanOf(transactions, 'incr name'), {
      'exception.message': 'ERR value is not an integer or out of range',
      'sentry.status.message': 'ERR value is not an integer or out of range',
    });
  });

  it('sends nothing for a command without a parent, as its instrumentation wants it', async () => {
    await client.get('cart');
    expectLines(await receivedTransactions(0));
  });
});
