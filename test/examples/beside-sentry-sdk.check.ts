import assert from 'node:assert/strict';
import { describeExample } from './support/describe-example.js';
import { isRecord, itemsOf, transactionsOf } from './support/received.js';

describeExample(
  'beside-sentry-sdk',
  ({ example, sentry }) => {
    it("puts the SDK's error and log on the trace of the request that failed", async () => {
      await example().start('start', { SENTRY_DSN: sentry().dsn }).ended();

      const failed = transactionsOf(sentry()).find(
        ({ contexts }) => contexts.trace.op === 'http.server' && contexts.trace.status === 'not_found',
      );
      assert.ok(failed);
      const { trace_id, span_id } = failed.contexts.trace;

      const [error, ...others] = itemsOf(sentry(), 'event');
      assert.deepEqual(others, []);
      assert.ok(isRecord(error?.payload) && isRecord(error.payload['contexts']));
      const { trace } = error.payload['contexts'];
      assert.ok(isRecord(trace));
      assert.deepEqual([trace['trace_id'], trace['span_id']], [trace_id, span_id]);
      assert.equal(error.trace?.['trace_id'], trace_id);
      assert.equal(error.trace?.['sampled'], 'true');

      const [log] = itemsOf(sentry(), 'log');
      assert.match(JSON.stringify(log?.payload), new RegExp(`"trace_id":"${trace_id}"`));
      assert.match(JSON.stringify(log?.payload), /an order was asked for that does not exist/);
    });
  },
  { hasOtherSdk: true },
);
