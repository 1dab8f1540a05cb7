import assert from 'node:assert/strict';
import { portOf } from '../support/address.mjs';
import { load, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { expectData, expectLines, spanOf } from '../support/transactions.mjs';

const mysql = load('mysql2/promise');

describe('mysql2', () => {
  let connection;
  let port;
  before(async function () {
    port = portOf('MARIADB_PORT', this);
    connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root', database: 'mysql' });
  });
  after(() => connection?.end());

  it('describes queries and prepared statements with their text, without values', async () => {
    const transactions = await transactionsOf('checkout', 1, async () => {
      await connection.query('select ? as id', ['hunter2']);
      await connection.execute('select ? + 1 as total', [4]);
    });

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | select ? as id | ok | auto.db.otel.mysql2',
      '  db | select ? + 1 as total | ok | auto.db.otel.mysql2',
    ]);
    expectData(spanOf(transactions, 'select ? as id'), {
      'db.system': 'mysql',
      'db.system.name': 'mysql',
      'db.query.text': 'select ? as id',
      'db.namespace': 'mysql',
      'server.address': '127.0.0.1',
      'server.port': port,
      'sentry.kind': 'client',
      'otel.scope.name': '@opentelemetry/instrumentation-mysql2',
    });
    assert.equal(JSON.stringify(transactions).includes('hunter2'), false);
  });

  it('shows a query that failed, and why', async () => {
    const transactions = await transactionsOf('checkout', 1, () =>
      assert.rejects(connection.query('select total from orders')),
    );

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | select total from orders | internal_error | auto.db.otel.mysql2',
    ]);
    expectData(spanOf(transactions, 'select total from orders'), {
      'sentry.status.message': "Table 'mysql.orders' doesn't exist",
    });
  });

  it('makes a query without a parent a transaction', async () => {
    await connection.query('select 1');
    expectLines(await receivedTransactions(1), ['db | select 1 (task) | ok | auto.db.otel.mysql2']);
  });
});
