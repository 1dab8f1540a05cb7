import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { trace } from '@opentelemetry/api';
import { startSpan } from '../../../src/helpers/spans/start-span.js';
import { withSpan, withSpanManual } from '../../../src/helpers/spans/with-span.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { App, childOf, unregister } from '../support/app.js';

const boom = new Error('boom');

describe('withSpanManual', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  it('leaves ending the span to the caller', async () => {
    const response = new EventEmitter();
    const result = withSpanManual({ name: 'stream', op: 'http.server' }, (span, end) => {
      assert.equal(trace.getActiveSpan(), span);
      response.once('close', end);
      return 'open';
    });
    assert.equal(result, 'open');
    assert.deepEqual(await app.transactions(), []);
    response.emit('close');
    assert.equal((await app.transaction()).transaction, 'stream');
  });

  it('does not end the span when a promise settles', async () => {
    const span = await withSpanManual('work', async open => open);
    assert.equal(span.isRecording(), true);
    span.end();
    assert.equal((await app.transactions()).length, 1);
  });

  it('may be told more than once that it is over', () => {
    const log = new RecordedLog();
    withSpanManual('work', (span, end) => {
      end();
      end();
      assert.equal(span.isRecording(), false);
    });
    log.stop();
    assert.deepEqual(
      log.lines.filter(line => /^(warn|error)/.test(line)),
      [],
    );
  });

  for (const [what, fn] of [
    ['throws', () => throwBoom()],
    ['rejects with', async () => throwBoom()],
  ] as const) {
    it(`records what the function ${what} and leaves the span open`, async () => {
      let finish = () => {};
      await assert.rejects(
        async () =>
          withSpanManual('work', (_, end) => {
            finish = end;
            return fn();
          }),
        boom,
      );
      assert.deepEqual(await app.transactions(), []);
      finish();
      const { status, data } = (await app.transaction()).contexts.trace;
      assert.equal(status, 'internal_error');
      assert.equal(data['exception.message'], 'boom');
    });
  }
});

describe('startSpan', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  it('starts a span that is nobody’s parent', async () => {
    withSpan('outer', outer => {
      const span = startSpan({ name: 'wait', op: 'queue.receive' });
      assert.equal(trace.getActiveSpan(), outer);
      withSpan('meanwhile', () => {});
      span.end();
    });
    const transaction = await app.transaction();
    const root = transaction.contexts.trace.span_id;
    assert.equal(childOf(transaction, 'wait').parent_span_id, root);
    assert.equal(childOf(transaction, 'wait').op, 'queue.receive');
    assert.equal(childOf(transaction, 'meanwhile').parent_span_id, root);
  });

  it('starts a transaction where there is no span', async () => {
    startSpan('alone').end();
    assert.equal((await app.transaction()).transaction, 'alone');
  });

  it('gives a span that records nothing where it must not start one', async () => {
    const span = startSpan({ name: 'alone', onlyIfParent: true });
    assert.equal(span.isRecording(), false);
    span.end();
    assert.deepEqual(await app.transactions(), []);
  });
});

function throwBoom(): never {
  throw boom;
}
