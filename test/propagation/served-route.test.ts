import assert from 'node:assert/strict';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { Tracing } from '../support/tracing.js';

const setter = {
  set: (carrier: Record<string, string>, key: string, value: string) => void (carrier[key] = value),
};

describe('the name of a request whose route only the framework knows yet', () => {
  it('reaches the first outgoing request, from what instrumentations share in the context', () => {
    const tracing = new Tracing();
    const attributes = { 'http.request.method': 'GET', 'url.path': '/orders/7' };
    const root = tracing.start('GET', undefined, { kind: SpanKind.SERVER, attributes });
    const child = tracing.start('GET', root, { kind: SpanKind.CLIENT });
    const serving = setRPCMetadata(ROOT_CONTEXT, { type: RPCType.HTTP, route: '/orders/:id', span: root });
    const headers: Record<string, string> = {};
    tracing.propagator.inject(trace.setSpan(serving, child), headers, setter);
    assert.match(headers['baggage'] ?? '', /sentry-transaction=GET%20%2Forders%2F%3Aid/);
  });

  it('is not taken from the request of another span', () => {
    const tracing = new Tracing();
    const attributes = { 'http.request.method': 'GET', 'url.path': '/orders/7' };
    const other = tracing.start('GET', undefined, { kind: SpanKind.SERVER, attributes });
    const root = tracing.start('GET', undefined, { kind: SpanKind.SERVER, attributes });
    const serving = setRPCMetadata(ROOT_CONTEXT, { type: RPCType.HTTP, route: '/orders/:id', span: other });
    const headers: Record<string, string> = {};
    tracing.propagator.inject(trace.setSpan(serving, root), headers, setter);
    assert.ok(!headers['baggage']?.includes('transaction'));
  });
});
