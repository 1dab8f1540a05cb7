import { isFields, type Fields } from './narrow.js';
import { isTime, show, spanProblems } from './wire-rules-ids.js';
import { commonProblems } from './wire-rules-transaction.js';

const MAX_REPORT_ENTRIES = 100;

// https://develop.sentry.dev/sdk/telemetry/client-reports/#discard-reasons, and two that Sentry's own SDK for Node uses
const REASONS: ReadonlySet<unknown> = new Set([
  'queue_overflow',
  'cache_overflow',
  'buffer_overflow',
  'ratelimit_backoff',
  'network_error',
  'sample_rate',
  'before_send',
  'event_processor',
  'send_error',
  'internal_sdk_error',
  'insufficient_data',
  'backpressure',
  'ignored',
  'invalid',
  'callback_error',
  'no_parent_span',
]);

const CATEGORIES: ReadonlySet<unknown> = new Set([
  'transaction',
  'span',
  'error',
  'profile',
  'profile_chunk',
  'internal',
  'attachment',
  'default',
  'feedback',
  'log_byte',
  'log_item',
  'monitor',
  'replay',
  'session',
  'trace_metric',
]);

/** https://develop.sentry.dev/sdk/telemetry/client-reports/ */
export function clientReportProblems({ timestamp, discarded_events: entries }: Fields): string[] {
  if (!Array.isArray(entries) || entries.length === 0) return ['the client report is empty'];
  const problems =
    entries.length > MAX_REPORT_ENTRIES ? [`the client report has ${entries.length} entries`] : [];
  if (timestamp !== undefined && !isTime(timestamp) && Number.isNaN(Date.parse(show(timestamp)))) {
    problems.push(`the time of the client report is ${show(timestamp)}`);
  }
  const invalid = entries
    .filter(entry => !isReportEntry(entry))
    .map(entry => `client report: ${JSON.stringify(entry)}`);
  return [...problems, ...invalid];
}

/** https://develop.sentry.dev/sdk/data-model/event-payloads/exception/ */
export function errorEventProblems(payload: Fields): string[] {
  const { timestamp, exception, contexts } = payload;
  const problems = commonProblems(payload);
  if (!isTime(timestamp)) problems.push(`the time of the event is ${show(timestamp)}`);
  const values = isFields(exception) ? exception['values'] : undefined;
  const isException = (value: unknown) => isFields(value) && Boolean(value['type'] ?? value['value']);
  if (!Array.isArray(values) || values.length === 0 || !values.every(isException))
    problems.push('the event has no exception');
  const trace = isFields(contexts) ? contexts['trace'] : undefined;
  return isFields(trace) ? [...problems, ...spanProblems(trace, 'event')] : problems;
}

function isReportEntry(entry: unknown): boolean {
  if (!isFields(entry)) return false;
  const { reason, category, quantity } = entry;
  return (
    REASONS.has(reason) &&
    CATEGORIES.has(category) &&
    typeof quantity === 'number' &&
    Number.isInteger(quantity) &&
    quantity > 0
  );
}
