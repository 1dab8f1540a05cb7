import type { SpanJson, TransactionEvent } from '../../src/protocol/transaction.js';
import { TRACE_ID } from './trace-headers.js';

const ROOT_ID = 'a'.repeat(16);

/** A child span, of the root unless told otherwise. */
export function spanJson(id: string, init: Partial<SpanJson> = {}): SpanJson {
  return {
    trace_id: TRACE_ID,
    span_id: id,
    parent_span_id: ROOT_ID,
    description: `span ${id}`,
    status: 'ok',
    origin: 'manual',
    start_timestamp: 1_760_000_000,
    timestamp: 1_760_000_001,
    data: {},
    ...init,
  };
}

/** A transaction called `GET /shop` with these children. */
export function transactionEvent(
  spans: readonly SpanJson[] = [],
  init: Partial<TransactionEvent> = {},
): TransactionEvent {
  return {
    event_id: 'e'.repeat(32),
    type: 'transaction',
    platform: 'node',
    transaction: 'GET /shop',
    transaction_info: { source: 'route' },
    start_timestamp: 1_760_000_000,
    timestamp: 1_760_000_002,
    environment: 'production',
    sdk: { name: 'otel-sentry-bridge', version: '0.0.0' },
    contexts: {
      trace: {
        trace_id: TRACE_ID,
        span_id: ROOT_ID,
        op: 'http.server',
        status: 'ok',
        origin: 'auto.http',
        data: { 'http.route': '/shop' },
      },
    },
    spans: [...spans],
    ...init,
  };
}

/** Ids of spans with those of their parents, as `child<parent`. */
export function lineage(spans: readonly SpanJson[]): string[] {
  return spans.map(
    ({ span_id: id, parent_span_id: parent }) => `${id}<${parent === ROOT_ID ? 'root' : (parent ?? '')}`,
  );
}
