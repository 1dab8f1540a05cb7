import assert from 'node:assert/strict';
import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { getIncomingTrace, setIncomingTrace, withoutTrace } from '../../src/trace-state/incoming-trace.js';
import { incomingOf, OTHER_TRACE_ID, remoteSpan, TRACE_ID } from '../support/trace-headers.js';

/** Keys are registered by name: this is how another copy of the package finds the state. */
const KEY = createContextKey('otel-sentry-bridge incoming trace');

describe('getIncomingTrace', () => {
  it('is what was set for that trace', () => {
    const incoming = incomingOf();
    assert.equal(getIncomingTrace(setIncomingTrace(ROOT_CONTEXT, incoming), TRACE_ID), incoming);
  });

  it('is nothing for another trace', () => {
    assert.equal(getIncomingTrace(setIncomingTrace(ROOT_CONTEXT, incomingOf()), OTHER_TRACE_ID), undefined);
  });

  it('is nothing without headers', () => assert.equal(getIncomingTrace(ROOT_CONTEXT, TRACE_ID), undefined));

  it('is the later of two', () => {
    const later = incomingOf({ sampled: false });
    const context = setIncomingTrace(setIncomingTrace(ROOT_CONTEXT, incomingOf()), later);
    assert.equal(getIncomingTrace(context, TRACE_ID), later);
  });

  it('survives a span that replaces the remote one', () => {
    const context = trace.setSpanContext(setIncomingTrace(ROOT_CONTEXT, incomingOf()), remoteSpan());
    assert.ok(getIncomingTrace(context, TRACE_ID));
  });

  it('understands what another copy of the package has set', () => {
    const incoming = { ...incomingOf() };
    assert.equal(getIncomingTrace(ROOT_CONTEXT.setValue(KEY, incoming), TRACE_ID), incoming);
  });

  for (const value of [undefined, null, 7, 'text', {}, [], { traceId: TRACE_ID }, { dsc: {} }, () => 1]) {
    it(`ignores ${JSON.stringify(value) ?? typeof value} in its place`, () => {
      assert.equal(getIncomingTrace(ROOT_CONTEXT.setValue(KEY, value), TRACE_ID), undefined);
    });
  }
});

describe('setIncomingTrace', () => {
  it('leaves everything else in the context, and the context it was given as it was', () => {
    const key = createContextKey('other');
    const before = ROOT_CONTEXT.setValue(key, 'kept');
    const after = setIncomingTrace(before, incomingOf());
    assert.equal(after.getValue(key), 'kept');
    assert.equal(getIncomingTrace(before, TRACE_ID), undefined);
  });

  it('is found by another copy of the package', () => {
    const incoming = incomingOf();
    assert.equal(setIncomingTrace(ROOT_CONTEXT, incoming).getValue(KEY), incoming);
  });
});

describe('withoutTrace', () => {
  const key = createContextKey('other');
  const context = withoutTrace(
    trace.setSpanContext(setIncomingTrace(ROOT_CONTEXT.setValue(key, 'kept'), incomingOf()), remoteSpan()),
  );

  it('forgets the headers', () => assert.equal(getIncomingTrace(context, TRACE_ID), undefined));

  it('forgets the active span', () => assert.equal(trace.getSpan(context), undefined));

  it('keeps everything else', () => assert.equal(context.getValue(key), 'kept'));

  it('is an empty context when there was nothing', () => {
    assert.equal(trace.getSpan(withoutTrace(ROOT_CONTEXT)), undefined);
  });
});
