import { activeTrace } from './active-trace.js';
import { itemsOf } from './sdk-envelope.js';
import { isRecord, recordOf, type UnknownRecord } from './unknown-record.js';

/** Carries the ids from the hook that sees the span to the one that sees what is sent. */
const MARK = 'otel-sentry-bridge.trace';
const ITEM_TYPES = ['log', 'trace_metric'];

/** Notes the active span on a log or metric that is being captured. */
export function markTelemetry(telemetry: UnknownRecord): void {
  const active = activeTrace();
  if (active === undefined) return;
  telemetry['attributes'] = {
    ...recordOf(telemetry['attributes']),
    [MARK]: `${active.traceId}-${active.spanId}`,
  };
}

/**
 * Puts the logs and metrics of an envelope on the traces that were noted on them.
 * https://develop.sentry.dev/sdk/telemetry/logs/#log-envelope-item-payload
 */
export function linkTelemetry(envelope: UnknownRecord): void {
  const containers = ITEM_TYPES.flatMap(type => itemsOf(envelope, type));
  for (const { items } of containers) {
    if (Array.isArray(items)) items.filter(isRecord).forEach(linkItem);
  }
}

function linkItem(item: UnknownRecord): void {
  const { [MARK]: mark, ...attributes } = recordOf(item['attributes']);
  const { value } = recordOf(mark);
  const [traceId, spanId] = typeof value === 'string' ? value.split('-') : [];
  if (traceId === undefined || spanId === undefined) return;
  Object.assign(item, { trace_id: traceId, span_id: spanId, attributes });
}
