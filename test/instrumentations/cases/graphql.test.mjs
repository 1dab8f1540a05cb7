import assert from 'node:assert/strict';
import { load, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { expectData, expectLines, spanOf } from '../support/transactions.mjs';

const { buildSchema, graphql } = load('graphql');

const SCHEMA = 'type Order { id: ID!, total: Int } type Query { order(id: ID!): Order }';
const rootValue = {
  order({ id }) {
    if (id === '0') throw new Error('no such order');
    return { id, total: 5 };
  },
};

describe('graphql', () => {
  let schema;
  before(async () => {
    schema = buildSchema(SCHEMA);
    expectLines(await receivedTransactions(1), [
      'graphql | graphql.parseSchema (custom) | ok | auto.graphql.otel.graphql',
    ]);
  });

  const execute = source => transactionsOf('checkout', 1, () => graphql({ schema, rootValue, source }));

  it('shows an operation with its resolvers', async () => {
    const transactions = await execute('query GetOrder { order(id: "7") { id total } }');

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  graphql | graphql.parse | ok | auto.graphql.otel.graphql',
      '  graphql | graphql.validate | ok | auto.graphql.otel.graphql',
      '  graphql | query GetOrder | ok | auto.graphql.otel.graphql',
      '    graphql | graphql.resolve order | ok | auto.graphql.otel.graphql',
      '      graphql | graphql.resolve order.id | ok | auto.graphql.otel.graphql',
      '      graphql | graphql.resolve order.total | ok | auto.graphql.otel.graphql',
    ]);
    const operation = spanOf(transactions, 'query GetOrder');
    expectData(operation, {
      'graphql.operation.name': 'GetOrder',
      'graphql.operation.type': 'query',
      'otel.scope.name': '@opentelemetry/instrumentation-graphql',
    });
    // Values are in the text of the operation; the instrumentation masks them.
    assert.match(operation.data['graphql.document'], /order\(id: "\*"\)/);
  });

  it('shows a resolver that failed', async () => {
    const transactions = await execute('{ order(id: "0") { id } }');

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      '  graphql | graphql.parse | ok | auto.graphql.otel.graphql',
      '  graphql | graphql.validate | ok | auto.graphql.otel.graphql',
      '  graphql | query | ok | auto.graphql.otel.graphql',
      '    graphql | graphql.resolve order | internal_error | auto.graphql.otel.graphql',
    ]);
    expectData(spanOf(transactions, 'graphql.resolve order'), {
      'exception.message': 'no such order',
      'sentry.status.message': 'no such order',
    });
  });

  it('shows how far a wrong operation came', async () => {
    expectLines(await execute('{ nothing }'), [
      '- | checkout (custom) | ok | manual',
      '  graphql | graphql.parse | ok | auto.graphql.otel.graphql',
      '  graphql | graphql.validate | ok | auto.graphql.otel.graphql',
    ]);
  });
});
