const assert = require('node:assert/strict');
const { setTimeout } = require('node:timers/promises');

const NAMES = ['first', 'second', 'third'];

exports.title = 'errors of concurrent asynchronous work are each on their own trace';

exports.run = async ({ tracer, Sentry }) => {
  const work = name =>
    tracer.startActiveSpan(name, async root => {
      await setTimeout(5);
      await tracer.startActiveSpan(`${name} step`, async step => {
        await setTimeout(5);
        Sentry.captureException(new Error(`${name} failed`));
        step.end();
      });
      await Promise.resolve();
      Sentry.captureMessage(`${name} over`);
      root.end();
    });
  await Promise.all(NAMES.map(work));
};

exports.check = received => {
  for (const name of NAMES) {
    const { payload, trace } = received.transaction(name);
    const root = payload.contexts.trace;
    const [step] = payload.spans;
    const failed = received.error(`${name} failed`);
    const over = received.error(`${name} over`);
    assert.deepEqual(idsOf(failed), [root.trace_id, step.span_id, root.span_id]);
    assert.deepEqual(idsOf(over), [root.trace_id, root.span_id, undefined]);
    assert.deepEqual([failed.trace, over.trace], [trace, trace]);
    assert.deepEqual([failed.payload.transaction, over.payload.transaction], [name, name]);
  }
};

function idsOf({ payload }) {
  const { trace_id, span_id, parent_span_id } = payload.contexts.trace;
  return [trace_id, span_id, parent_span_id];
}
