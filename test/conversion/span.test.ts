import assert from 'node:assert/strict';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { toSpanJson } from '../../src/conversion/span.js';
import { buildSpan, T0_SECONDS, TRACE_ID, type SpanInit } from '../support/spans.js';

const ROOT_ID = 'aaaaaaaaaaaaaaaa';
const SPAN_ID = 'b7ad6b7169203331';
const SEGMENT = { traceId: TRACE_ID, rootSpanId: ROOT_ID, start: T0_SECONDS, allowsPii: false };

const convert = (init: SpanInit) =>
  toSpanJson(buildSpan({ spanId: SPAN_ID, parent: ROOT_ID, ...init }), SEGMENT);

describe('toSpanJson', () => {
  it('is what Sentry shows of a span', () => {
    const json = convert({
      name: 'pg.query:SELECT shop',
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT 1' },
      scope: { name: '@opentelemetry/instrumentation-pg', version: '0.76.0' },
      status: { code: SpanStatusCode.ERROR, message: 'boom' },
      start: 1,
      end: 3.5,
    });
    assert.deepEqual(json, {
      trace_id: TRACE_ID,
      span_id: SPAN_ID,
      parent_span_id: ROOT_ID,
      op: 'db',
      description: 'SELECT 1',
      status: 'internal_error',
      origin: 'auto.db.otel.postgres',
      start_timestamp: T0_SECONDS + 0.001,
      timestamp: T0_SECONDS + 0.0035,
      data: {
        'db.system.name': 'postgresql',
        'db.system': 'postgresql',
        'db.query.text': 'SELECT 1',
        'otel.kind': 'CLIENT',
        'sentry.kind': 'client',
        'otel.scope.name': '@opentelemetry/instrumentation-pg',
        'otel.scope.version': '0.76.0',
        'sentry.status.message': 'boom',
        'sentry.op': 'db',
        'sentry.origin': 'auto.db.otel.postgres',
      },
    });
  });

  it('has no empty parts', () => {
    const json = convert({});
    for (const part of ['op', 'links', 'measurements']) assert.equal(part in json, false, part);
  });

  it('has links and measurements', () => {
    const context = { traceId: TRACE_ID, spanId: ROOT_ID, traceFlags: 1 };
    const json = convert({ links: [{ context }], attributes: { 'sentry.measurement.n': 1 } });
    assert.deepEqual(json.links, [{ trace_id: TRACE_ID, span_id: ROOT_ID, sampled: true }]);
    assert.deepEqual(json.measurements, { n: { value: 1, unit: 'none' } });
    assert.equal(json.data['n'], 1);
  });

  it('hangs from the root when it does not know its parent', () => {
    for (const parent of ['', '0'.repeat(16), 'x']) assert.equal(convert({ parent }).parent_span_id, ROOT_ID);
    assert.equal(toSpanJson(buildSpan(), SEGMENT).parent_span_id, ROOT_ID);
  });

  it('writes ids in lower case', () => {
    const json = convert({ spanId: SPAN_ID.toUpperCase(), traceId: TRACE_ID.toUpperCase() });
    assert.deepEqual([json.trace_id, json.span_id], [TRACE_ID, SPAN_ID]);
  });

  it('begins with the transaction when it has no time', () => {
    const json = toSpanJson({ ...buildSpan(), startTime: [0, 0], endTime: [0, 0] }, SEGMENT);
    assert.deepEqual([json.start_timestamp, json.timestamp], [T0_SECONDS, T0_SECONDS]);
  });

  it('says whom it called, and without consent not who called', () => {
    const address = { 'network.peer.address': '198.51.100.4' };
    const shown = (kind: SpanKind) => convert({ kind, attributes: address }).data['network.peer.address'];
    assert.equal(shown(SpanKind.CLIENT), '198.51.100.4');
    assert.equal(shown(SpanKind.PRODUCER), '198.51.100.4');
    assert.equal(shown(SpanKind.SERVER), undefined);
    const span = buildSpan({ spanId: SPAN_ID, kind: SpanKind.SERVER, attributes: address });
    const { data } = toSpanJson(span, { ...SEGMENT, allowsPii: true });
    assert.equal(data['network.peer.address'], '198.51.100.4');
  });

  it('throws for a span without a valid id', () => {
    for (const spanId of ['', '0'.repeat(16), 'xyz']) assert.throws(() => convert({ spanId }), TypeError);
  });

  it('throws for a span of another trace', () => {
    assert.throws(() => convert({ traceId: 'f'.repeat(32) }), TypeError);
  });
});
