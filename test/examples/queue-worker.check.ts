import assert from 'node:assert/strict';
import { describeExample } from './support/describe-example.js';
import { transactionsOf } from './support/received.js';

describeExample('queue-worker', ({ example, sentry }) => {
  it('sends what the worker does in the trace of the request that asked for it', async () => {
    const app = example().start('start', { SENTRY_DSN: sentry().dsn });
    const origin = await app.origin();
    for (const order of ['order-1', 'broken']) assert.equal((await fetch(`${origin}/${order}`)).status, 202);
    assert.match(await app.stop(), /message 2: cannot be confirmed/);

    const transactions = transactionsOf(sentry());
    const requests = transactions.filter(({ contexts }) => contexts.trace.op === 'http.server');
    const messages = transactions.filter(({ transaction }) => transaction === 'process confirmations');
    assert.equal(transactions.length, 4);
    assert.equal(requests.length, 2);
    for (const { contexts, spans } of requests) {
      const publish = spans.find(({ op }) => op === 'queue.publish');
      const message = messages.find(({ contexts: { trace } }) => trace.trace_id === contexts.trace.trace_id);
      assert.equal(message?.contexts.trace.parent_span_id, publish?.span_id);
      assert.equal(message?.contexts.trace.op, 'queue.process');
      assert.equal(publish?.data['messaging.destination.name'], 'confirmations');
      assert.equal(
        message?.contexts.trace.data['messaging.message.id'],
        publish?.data['messaging.message.id'],
      );
      assert.equal(typeof message?.contexts.trace.data['messaging.message.receive.latency'], 'number');
      assert.deepEqual(
        message?.spans.map(({ description }) => description),
        ['render confirmation'],
      );
    }
    assert.deepEqual(messages.map(({ contexts }) => contexts.trace.status).sort(), ['internal_error', 'ok']);
  });
});
