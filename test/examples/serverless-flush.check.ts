import assert from 'node:assert/strict';
import { describeExample } from './support/describe-example.js';
import { transactionsOf } from './support/received.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describeExample('serverless-flush', ({ example, sentry }) => {
  it('has sent everything when the process is frozen at its answer, and killed while it is', async () => {
    const runtime = example().start('start', { SENTRY_DSN: sentry().dsn });
    const headers = { 'sentry-trace': `${TRACE_ID}-00f067aa0ba902b7-1` };
    runtime.write(JSON.stringify({ body: 'book', headers }));
    await runtime.printed(/book costs 42/);
    runtime.signal('SIGSTOP');
    const [first] = transactionsOf(sentry());
    assert.equal(first?.transaction, 'price-of');
    assert.equal(first.contexts.trace.trace_id, TRACE_ID);
    assert.equal(first.contexts.trace.op, 'http');
    assert.deepEqual(
      first.spans.map(({ description }) => description),
      ['look up price'],
    );

    // Thawed for one more call, and gone for good.
    runtime.signal('SIGCONT');
    runtime.write(JSON.stringify({ body: 'pencil' }));
    await runtime.printed(/pencil costs 42/);
    runtime.signal('SIGSTOP');
    await runtime.kill();
    assert.equal(transactionsOf(sentry()).length, 2);
  });

  it('answers when Sentry does not', async () => {
    sentry().answerAlways('never');
    const runtime = example().start('start', { SENTRY_DSN: sentry().dsn });
    runtime.write(JSON.stringify({ body: 'book' }));
    await runtime.printed(/book costs 42/);
  });
});
