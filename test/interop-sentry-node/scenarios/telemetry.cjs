const assert = require('node:assert/strict');

exports.title = 'logs, metrics and check-ins are on the trace of their span';

exports.run = ({ tracer, Sentry }) => {
  // Version 8 has no logs, and only 10 and later have these metrics.
  const { logger } = Sentry;
  const count = Sentry.metrics?.count;
  logger?.info('alone');
  return tracer.startActiveSpan('nightly', root =>
    tracer.startActiveSpan('import', span => {
      logger?.warn('skipped a row', { row: 7 });
      count?.('rows', 3);
      Sentry.captureCheckIn({ monitorSlug: 'nightly', status: 'in_progress' });
      span.end();
      root.end();
      const { traceId, spanId } = span.spanContext();
      return { traceId, spanId, hasLogs: logger !== undefined, hasMetrics: count !== undefined };
    }),
  );
};

exports.check = (received, { facts: { traceId, spanId, hasLogs, hasMetrics } }) => {
  if (hasLogs) checkLogs(received, traceId, spanId);
  if (hasMetrics) checkMetric(received, traceId, spanId);
  const [{ item: checkIn, trace }] = received.telemetry('check_in');
  assert.equal(checkIn.contexts.trace.trace_id, traceId);
  assert.equal(checkIn.contexts.trace.span_id, spanId);
  assert.deepEqual(trace, received.transaction('nightly').trace);
};

function checkLogs(received, traceId, spanId) {
  const [alone, skipped] = received.telemetry('log').map(({ item }) => item);
  assert.equal(alone.body, 'alone');
  assert.notEqual(alone.trace_id, traceId);
  assert.equal(alone.span_id, undefined);
  assert.deepEqual([skipped.body, skipped.trace_id, skipped.span_id], ['skipped a row', traceId, spanId]);
  assert.equal(skipped.attributes.row.value, 7);
  assertUnmarked(alone, skipped);
}

function checkMetric(received, traceId, spanId) {
  const [{ item: metric }] = received.telemetry('trace_metric');
  assert.deepEqual([metric.name, metric.trace_id, metric.span_id], ['rows', traceId, spanId]);
  assertUnmarked(metric);
}

function assertUnmarked(...items) {
  for (const { attributes } of items)
    assert.deepEqual(
      Object.keys(attributes).filter(name => name.includes('bridge')),
      [],
    );
}
