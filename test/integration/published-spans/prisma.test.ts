import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import {
  expectData,
  linesOf,
  ofApplication,
  transactionsOf,
  type PublishedSpan,
} from '../../support/published-spans.js';

/** Prisma's client writes spans by itself, under a name of its own, which says nothing to Sentry. */
const SCOPE = { name: 'prisma', version: '' };
const STATEMENT = 'SELECT "Order"."id", "Order"."total" FROM "Order" WHERE "Order"."id" = $1';

const operationOf = (...children: PublishedSpan[]): PublishedSpan => ({
  scope: SCOPE,
  name: 'prisma:client:operation',
  attributes: { method: 'findUnique', model: 'Order', name: 'Order.findUnique' },
  children: [
    { scope: SCOPE, name: 'prisma:client:serialize' },
    {
      scope: SCOPE,
      name: 'prisma:client:compile',
      attributes: { models: ['Order'], actions: ['findUnique'] },
    },
    ...children,
  ],
});

describe('spans of Prisma', () => {
  // Names of databases as Prisma has them.
  for (const system of ['postgresql', 'mysql', 'sqlite', 'mssql']) {
    it(`describe a query by its statement on ${system}`, async () => {
      const query: PublishedSpan = {
        scope: SCOPE,
        name: 'prisma:client:db_query',
        kind: SpanKind.CLIENT,
        attributes: { 'db.query.text': STATEMENT, 'db.system.name': system },
      };
      const transactions = await transactionsOf(ofApplication('checkout', operationOf(query)));

      assert.deepEqual(transactions.map(linesOf), [
        [
          '- | checkout (custom) | ok | manual',
          '  - | prisma:client:operation | ok | manual',
          '    - | prisma:client:serialize | ok | manual',
          '    - | prisma:client:compile | ok | manual',
          `    db | ${STATEMENT} | ok | manual`,
        ],
      ]);
      expectData(transactions, STATEMENT, {
        'db.system': system,
        'db.system.name': system,
        'db.query.text': STATEMENT,
        'otel.scope.name': 'prisma',
        'sentry.kind': 'client',
      });
      expectData(transactions, 'prisma:client:operation', { method: 'findUnique', model: 'Order' });
      expectData(transactions, 'prisma:client:compile', { models: ['Order'], actions: ['findUnique'] });
    });
  }
});
