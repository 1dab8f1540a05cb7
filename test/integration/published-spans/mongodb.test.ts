import assert from 'node:assert/strict';
import { SpanKind, type Attributes } from '@opentelemetry/api';
import { expectData, linesOf, ofApplication, transactionsOf } from '../../support/published-spans.js';

/** The instrumentation replaces every value. */
const FIND = '{"find":"?","filter":{"_id":"?"},"limit":"?"}';
const INSERT = '{"total":"?","_id":{"0":"?"}}';

interface Command {
  readonly operation: string;
  readonly query: string;
}

interface Conventions {
  readonly version: string;
  readonly nameOf: (operation: string) => string;
  readonly attributesOf: (command: Command) => Attributes;
}

const older = ({ operation, query }: Command): Attributes => ({
  'db.system': 'mongodb',
  'db.name': 'shop',
  'db.mongodb.collection': 'orders',
  'db.operation': operation,
  'db.connection_string': 'mongodb://db.example.com:27017/shop',
  'net.peer.name': 'db.example.com',
  'net.peer.port': 27017,
  'db.statement': query,
});

const stable = ({ operation, query }: Command): Attributes => ({
  'db.system.name': 'mongodb',
  'db.namespace': 'shop',
  'db.operation.name': operation,
  'db.collection.name': 'orders',
  'server.address': 'db.example.com',
  'server.port': 27017,
  'db.query.text': query,
});

const CONVENTIONS: Readonly<Record<string, Conventions>> = {
  older: { version: '0.73.0', nameOf: operation => `mongodb.${operation}`, attributesOf: older },
  both: {
    version: '0.73.0',
    nameOf: operation => `${operation} orders`,
    attributesOf: command => ({ ...older(command), ...stable(command) }),
  },
  stable: { version: '0.76.0', nameOf: operation => `${operation} orders`, attributesOf: stable },
};

describe('spans of instrumentation-mongodb', () => {
  for (const [name, { version, nameOf, attributesOf }] of Object.entries(CONVENTIONS)) {
    const spanOf = (operation: string, query: string) => ({
      scope: { name: '@opentelemetry/instrumentation-mongodb', version },
      name: nameOf(operation),
      kind: SpanKind.CLIENT,
      attributes: attributesOf({ operation, query }),
    });

    it(`are described by their commands with ${name} conventions`, async () => {
      const failed = { ...spanOf('insert', INSERT), error: { message: 'E11000 duplicate key error' } };
      const transactions = await transactionsOf(ofApplication('checkout', spanOf('find', FIND), failed));

      assert.deepEqual(transactions.map(linesOf), [
        [
          '- | checkout (custom) | ok | manual',
          `  db | ${FIND} | ok | auto.db.otel.mongo`,
          `  db | ${INSERT} | internal_error | auto.db.otel.mongo`,
        ],
      ]);
      expectData(transactions, FIND, {
        'db.system': 'mongodb',
        'db.system.name': 'mongodb',
        'db.namespace': 'shop',
        'db.operation.name': 'find',
        'db.collection.name': 'orders',
        'db.query.text': FIND,
        'server.address': 'db.example.com',
        'server.port': 27017,
        'sentry.kind': 'client',
      });
      expectData(transactions, INSERT, { 'sentry.status.message': 'E11000 duplicate key error' });
    });

    it(`are transactions without a parent with ${name} conventions`, async () => {
      const transactions = await transactionsOf(spanOf('find', FIND));
      assert.deepEqual(transactions.map(linesOf), [[`db | ${FIND} (task) | ok | auto.db.otel.mongo`]]);
    });
  }
});
