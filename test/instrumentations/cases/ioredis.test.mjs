import { portOf } from '../support/address.mjs';
import { load, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { describesCommands, expectFailedCommand } from '../support/redis.mjs';
import { expectLines } from '../support/transactions.mjs';

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

  describesCommands({
    connection: () => ({ client, port }),
    scope: '@opentelemetry/instrumentation-ioredis',
    spell: name => name,
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
    await expectFailedCommand(client, 'incr name');
  });

  it('sends nothing for a command without a parent, as its instrumentation wants it', async () => {
    await client.get('cart');
    expectLines(await receivedTransactions(0));
  });
});
