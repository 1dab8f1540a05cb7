import assert from 'node:assert/strict';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { AFTER_SEGMENT_MILLIS, AFTER_WAIT_MILLIS, streaming } from '../support/streaming.js';

describe('captureExceptions in a stream', () => {
  it('sends errors with what their root tells, on the trace of their span', async () => {
    const tracing = streaming({ captureExceptions: 'all', release: 'shop@1', tags: { team: 'a' } });
    const root = tracing.start('GET', undefined, {
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/a',
        'url.path': '/a',
        'sentry.user.id': 'u1',
      },
    });
    const child = tracing.start('work', root);
    child.recordException(new TypeError('no user'));
    child.end();
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    const [error] = tracing.mailbox.errors;
    assert.deepEqual(error?.contexts.trace, {
      trace_id: root.spanContext().traceId,
      span_id: child.spanContext().spanId,
      parent_span_id: root.spanContext().spanId,
    });
    assert.equal(error?.transaction, 'GET /a');
    assert.equal(error?.release, 'shop@1');
    assert.deepEqual(error?.tags, { team: 'a' });
    assert.deepEqual(error?.user, { id: 'u1' });
    assert.equal(error?.request?.method, 'GET');
    assert.equal(tracing.mailbox.errors.length, 1);
  });

  it('sends them before their root has ended, and after', async () => {
    const tracing = streaming({ captureExceptions: 'all' });
    const root = tracing.start('job');
    const early = tracing.start('early', root);
    early.recordException(new Error('early'));
    early.end();
    await tracing.pass(AFTER_WAIT_MILLIS);
    const late = tracing.start('late', root);
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    late.recordException(new Error('late'));
    late.end();
    await tracing.pass(AFTER_WAIT_MILLIS);
    assert.deepEqual(
      tracing.mailbox.errors.map(({ exception, transaction }) => [exception.values[0]?.value, transaction]),
      [
        ['early', 'job'],
        ['late', 'job'],
      ],
    );
  });

  it('sends an error once that is recorded on a span and on those around it, in whichever batch they leave', async () => {
    for (const isText of [false, true]) {
      const tracing = streaming({ captureExceptions: 'unhandled' });
      const error = isText ? 'no stock' : new Error('no stock');
      const root = tracing.start('job', undefined, { kind: SpanKind.CONSUMER });
      const inner = tracing.start('inner', root, { kind: SpanKind.CONSUMER });
      for (const span of [inner, root]) {
        span.recordException(error);
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
        await tracing.pass(AFTER_WAIT_MILLIS);
      }
      assert.deepEqual(
        tracing.mailbox.errors.map(({ contexts }) => contexts.trace.span_id),
        [inner.spanContext().spanId],
      );
    }
  });

  it('gives an error the span events before it, as there is no transaction to show them', async () => {
    const tracing = streaming({ captureExceptions: 'all' });
    const root = tracing.start('job');
    const at = (millis: number) => new Date(1_760_000_000_000 + millis);
    root.addEvent('started', { step: 1 }, at(0));
    root.recordException(new Error('boom'), at(10));
    root.addEvent('cleaned up', {}, at(20));
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    const [error] = tracing.mailbox.errors;
    assert.deepEqual(
      error?.breadcrumbs?.map(({ message, data }) => [message, data]),
      [['started', { step: 1 }]],
    );
  });

  it('sends errors of ignored spans, which are counted all the same', async () => {
    const tracing = streaming({ captureExceptions: 'all', ignoreSpans: ['skip'] });
    const root = tracing.start('root');
    const skipped = tracing.start('skip', root);
    skipped.recordException(new Error('boom'));
    skipped.end();
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    assert.equal(tracing.mailbox.errors.length, 1);
    assert.equal(tracing.mailbox.spans.length, 1);
    assert.deepEqual(tracing.losses(), { 'ignored/span': 1 });
  });

  it('sends none by default', async () => {
    const tracing = streaming();
    const root = tracing.start('root');
    root.recordException(new Error('boom'));
    root.end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    assert.deepEqual(tracing.mailbox.errors, []);
  });
});
