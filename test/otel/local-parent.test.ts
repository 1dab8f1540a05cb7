import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { localParent } from '../../src/otel/local-parent.js';
import { buildSpan } from '../support/spans.js';
import { remoteSpan } from '../support/trace-headers.js';

const LOCAL = remoteSpan({ isRemote: false });

describe('localParent', () => {
  it('is nothing at the head of a trace', () => assert.equal(localParent(buildSpan()), undefined));

  it('is the parent in this process', () => {
    assert.equal(localParent({ ...buildSpan(), parentSpanContext: LOCAL }), LOCAL);
  });

  it('is the parent that does not say where it is', () => {
    const { isRemote: _, ...parent } = LOCAL;
    assert.equal(localParent({ ...buildSpan(), parentSpanContext: parent }), parent);
  });

  for (const kind of [SpanKind.SERVER, SpanKind.CONSUMER, SpanKind.CLIENT]) {
    it(`is the parent in this process of a ${SpanKind[kind]} span as well`, () => {
      assert.equal(localParent({ ...buildSpan({ kind }), parentSpanContext: LOCAL }), LOCAL);
    });
  }

  it('is nothing when the parent is in another process', () => {
    assert.equal(localParent({ ...buildSpan(), parentSpanContext: remoteSpan() }), undefined);
  });

  describe("with the attribute of Sentry's SDKs", () => {
    const marked = (value: unknown) => buildSpan({ attributes: { 'sentry.parentIsRemote': value } });

    it('is nothing when that says so', () => {
      assert.equal(localParent({ ...marked(true), parentSpanContext: LOCAL }), undefined);
    });

    for (const value of [false, 'true', 1, null]) {
      it(`is the parent when that is ${JSON.stringify(value)}`, () => {
        assert.equal(localParent({ ...marked(value), parentSpanContext: LOCAL }), LOCAL);
      });
    }

    it('is nothing when there is no parent anyway', () =>
      assert.equal(localParent(marked(false)), undefined));
  });
});
