import assert from 'node:assert/strict';
import { describeExample } from './support/describe-example.js';
import { transactionsOf } from './support/received.js';

const MINIMAL = [
  { name: 'node-tracer-provider-2.x', scripts: ['start', 'start:commonjs'], transaction: 'hello from 2.x' },
  { name: 'tracer-provider-3.x', scripts: ['start'], transaction: 'hello from 3.x' },
  { name: 'node-sdk', scripts: ['start'], transaction: 'hello from NodeSDK' },
];

for (const { name, scripts, transaction } of MINIMAL)
  describeExample(name, ({ example, sentry }) => {
    for (const script of scripts)
      it(`sends a transaction and ends, with npm run ${script}`, async () => {
        const running = example().start(script, { SENTRY_DSN: sentry().dsn });
        assert.equal(await running.ended(), '');
        assert.deepEqual(
          transactionsOf(sentry()).map(event => event.transaction),
          [transaction],
        );
      });
  });
