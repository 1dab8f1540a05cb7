import assert from 'node:assert/strict';
import { portOf } from '../support/address.mjs';
import { load, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { conventions, isNewest } from '../support/line.mjs';
import { expectData, expectLines, spanOf } from '../support/transactions.mjs';

const pg = load('pg');

describe('pg', () => {
  let pool;
  let port;
  before(function () {
    port = portOf('POSTGRES_PORT', this);
  });
  beforeEach(() => {
    const account = { user: 'postgres', password: 'hunter2', database: 'postgres' };
    pool = new pg.Pool({ host: '127.0.0.1', port, ...account, max: 1 });
  });
  afterEach(() => pool?.end());

  it('describes a query with its statement, beside how it got its connection', async () => {
    const statement = 'select total from (values (7, 5)) orders (id, total) where id = $1';
    const transactions = await transactionsOf('checkout', 1, () => pool.query(statement, [7]));

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | pg-pool.connect | ok | auto.db.otel.postgres',
      '    db | pg.connect | ok | auto.db.otel.postgres',
      `  db | ${statement} | ok | auto.db.otel.postgres`,
    ]);
    expectData(spanOf(transactions, statement), {
      'db.system': 'postgresql',
      'db.system.name': 'postgresql',
      'db.query.text': statement,
      // The older one forgets it when it follows nothing but the stable conventions.
      'db.namespace': isNewest || conventions !== 'stable' ? 'postgres' : undefined,
      'server.address': '127.0.0.1',
      'server.port': port,
      'sentry.kind': 'client',
      'otel.scope.name': '@opentelemetry/instrumentation-pg',
    });
    assert.equal(JSON.stringify(transactions).includes('hunter2'), false);
  });

  it('shows a query that failed, and why', async () => {
    const transactions = await transactionsOf('checkout', 1, () =>
      assert.rejects(pool.query('select total from orders')),
    );

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | pg-pool.connect | ok | auto.db.otel.postgres',
      '    db | pg.connect | ok | auto.db.otel.postgres',
      '  db | select total from orders | internal_error | auto.db.otel.postgres',
    ]);
    expectData(spanOf(transactions, 'select total from orders'), {
      'sentry.status.message': 'relation "orders" does not exist',
    });
  });

  it('keeps a query without a parent in one transaction with its connection', async () => {
    await pool.query('select 1');

    expectLines(await receivedTransactions(1), [
      'db | pg-pool.connect (task) | ok | auto.db.otel.postgres',
      '  db | pg.connect | ok | auto.db.otel.postgres',
      '  db | select 1 | ok | auto.db.otel.postgres',
    ]);
  });

  it('describes a transaction by its statements', async () => {
    const transactions = await transactionsOf('checkout', 1, async () => {
      const client = await pool.connect();
      for (const statement of ['begin', 'select 1', 'rollback']) await client.query(statement);
      client.release();
    });

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  db | pg-pool.connect | ok | auto.db.otel.postgres',
      '    db | pg.connect | ok | auto.db.otel.postgres',
      '  db | begin | ok | auto.db.otel.postgres',
      '  db | select 1 | ok | auto.db.otel.postgres',
      '  db | rollback | ok | auto.db.otel.postgres',
    ]);
  });
});
