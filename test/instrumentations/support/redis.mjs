import assert from 'node:assert/strict';
import { transactionsOf } from './application.mjs';
import { expectData, expectLines, spanOf } from './transactions.mjs';

/**
 * What the clients of Redis have in common.
 *
 * @param connection the client and the port of its server, once connected
 * @param scope name of the instrumentation
 * @param spell how its descriptions spell the name of a command
 */
export function describesCommands({ connection, scope, spell }) {
  it('describes commands with their keys, without values', async () => {
    const { client, port } = connection();
    const transactions = await transactionsOf('checkout', 1, async () => {
      await client.set('cart', 'hunter2');
      await client.get('cart');
    });

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      `  db | ${spell('set')} cart [1 other arguments] | ok | auto.db.otel.redis`,
      `  db | ${spell('get')} cart | ok | auto.db.otel.redis`,
    ]);
    expectData(spanOf(transactions, `${spell('get')} cart`), {
      'db.system': 'redis',
      'db.system.name': 'redis',
      'db.query.text': `${spell('get')} cart`,
      'server.address': '127.0.0.1',
      'server.port': port,
      'sentry.kind': 'client',
      'otel.scope.name': scope,
    });
    assert.equal(JSON.stringify(transactions).includes('hunter2'), false);
  });
}

/** Runs a command that fails, and checks what is shown of it. Nothing else may be on its way. */
export async function expectFailedCommand(client, description) {
  const transactions = await transactionsOf('checkout', 1, () => assert.rejects(client.incr('name')));
  expectLines(transactions, [
    '- | checkout (custom) | ok | manual',
    `  db | ${description} | internal_error | auto.db.otel.redis`,
  ]);
  expectData(spanOf(transactions, description), {
    'exception.message': 'ERR value is not an integer or out of range',
    'sentry.status.message': 'ERR value is not an integer or out of range',
  });
}
