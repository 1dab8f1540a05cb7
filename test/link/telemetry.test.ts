import assert from 'node:assert/strict';
import { FakeSdk, SDK_TRACE_ID } from './support/fake-sdk.js';
import { Linked, useContext } from './support/linked.js';

describe('linkSentrySdk: logs, metrics and check-ins', () => {
  useContext();

  for (const version of ['9.47.2', '11.12.0']) {
    it(`puts a log of version ${version} on the span in which it was written`, () => {
      const linked = new Linked({ version });
      const { traceId, spanId } = linked.span('work', span => {
        linked.sdk.captureLog('skipped', { row: 7 });
        return span.spanContext();
      });
      assert.deepEqual(linked.sdk.flush().logs, [
        {
          body: 'skipped',
          trace_id: traceId,
          span_id: spanId,
          attributes: { row: { value: 7, type: 'number' } },
        },
      ]);
    });
  }

  it('keeps logs of several traces in one envelope apart', () => {
    const linked = new Linked();
    const ids = ['one', 'two'].map(name =>
      linked.span(name, span => {
        linked.sdk.captureLog(name);
        return span.spanContext().traceId;
      }),
    );
    linked.sdk.captureLog('outside');
    const { logs } = linked.sdk.flush();
    assert.deepEqual(
      logs.map(log => log['trace_id']),
      [...ids, SDK_TRACE_ID],
    );
    assert.deepEqual(logs[2], { body: 'outside', trace_id: SDK_TRACE_ID, attributes: {} });
  });

  it('puts a metric on the span in which it was counted', () => {
    const linked = new Linked();
    const { traceId, spanId } = linked.span('work', span => {
      linked.sdk.captureMetric('rows');
      return span.spanContext();
    });
    assert.deepEqual(linked.sdk.flush().metrics, [
      { name: 'rows', trace_id: traceId, span_id: spanId, attributes: {} },
    ]);
  });

  it('leaves logs of version 8, which has no hook for them, as they are', () => {
    const linked = new Linked({ version: '8.55.2' });
    linked.span('work', () => linked.sdk.captureLog('skipped'));
    assert.deepEqual(linked.sdk.flush().logs, [{ body: 'skipped', trace_id: SDK_TRACE_ID, attributes: {} }]);
  });

  for (const version of ['8.0.0', '11.12.0']) {
    it(`puts a check-in of version ${version} on the active span`, async () => {
      const linked = new Linked({ version });
      const { envelope, context } = linked.span('nightly', span => ({
        envelope: linked.sdk.captureCheckIn('nightly'),
        context: span.spanContext(),
      }));
      const [headers, items] = envelope;
      assert.deepEqual(items[0]?.[1]['contexts'], {
        trace: { trace_id: context.traceId, span_id: context.spanId },
      });
      assert.deepEqual(headers['trace'], await linked.sentTrace());
    });
  }

  it('leaves a check-in outside of spans, and other envelopes, as they are', () => {
    const linked = new Linked();
    const fresh = () => new FakeSdk().captureCheckIn('nightly');
    assert.deepEqual(linked.sdk.captureCheckIn('nightly'), fresh());
    const session = linked.span('work', () => linked.sdk.send([{}, [[{ type: 'session' }, { sid: '1' }]]]));
    assert.deepEqual(session, [{}, [[{ type: 'session' }, { sid: '1' }]]]);
  });
});
