import assert from 'node:assert/strict';
import { describeExample } from './support/describe-example.js';
import { transactionsOf } from './support/received.js';

describeExample('zero-code', ({ example, sentry }) => {
  for (const script of ['start', 'start:commonjs'])
    it(`traces an application that knows nothing of it, with npm run ${script}`, async () => {
      const app = example().start(script, { SENTRY_DSN: sentry().dsn, SENTRY_TRACES_SAMPLE_RATE: '1' });
      assert.equal(await (await fetch(await app.origin())).text(), 'The price is 42.\n');
      app.signal('SIGTERM');
      await assert.rejects(app.ended(), /ended with SIGTERM/);

      const [page, price, ...others] = transactionsOf(sentry());
      assert.deepEqual(others, []);
      assert.deepEqual([page?.transaction, price?.transaction], ['GET /', 'GET /price']);
      assert.equal(price?.contexts.trace.trace_id, page?.contexts.trace.trace_id);
      assert.equal(price?.contexts.trace.parent_span_id, page?.spans[0]?.span_id);
    });
});
