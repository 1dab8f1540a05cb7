import { portOf } from '../support/address.mjs';
import { load, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { describesCommands, expectFailedCommand } from '../support/redis.mjs';
import { expectLines } from '../support/transactions.mjs';

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

  describesCommands({
    connection: () => ({ client, port }),
    scope: '@opentelemetry/instrumentation-redis',
    spell: name => name.toUpperCase(),
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
    await expectFailedCommand(client, 'INCR name');
  });

  it('makes a command without a parent a transaction', async () => {
    await client.get('cart');
    expectLines(await receivedTransactions(1), ['db | GET cart (task) | ok | auto.db.otel.redis']);
  });
});
