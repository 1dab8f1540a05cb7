import { isFields, type Fields } from './narrow.js';
import { isEventId, isTime, show, spanProblems, timeProblems } from './wire-rules-ids.js';

const MAX_SPANS = 1000;
const MAX_SPANS_BYTES = 819_200;
const MAX_BREADCRUMBS = 100;
const MAX_TAG_LENGTH = 200;
const TAG_KEY = /^[a-zA-Z0-9_.:-]{1,200}$/;
const ENVIRONMENT = /^[^\n\r\f/]{1,64}$/;
const RELEASE = /^(?!\.{1,2}$|latest$)[^/\\\n\r\t\f]{1,200}$/i;
const DIST = /^[a-zA-Z0-9_.-]{1,64}$/;

// https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/#transaction-annotations
const SOURCES: ReadonlySet<unknown> = new Set([
  'custom',
  'url',
  'route',
  'view',
  'component',
  'task',
  'sanitized',
  'unknown',
]);

/** https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/ */
export function transactionProblems(payload: Fields): string[] {
  const { type, transaction, transaction_info, start_timestamp, timestamp, contexts, spans } = payload;
  const trace = isFields(contexts) && isFields(contexts['trace']) ? contexts['trace'] : undefined;
  if (trace === undefined) return ['the transaction has no trace context'];
  const source = isFields(transaction_info) ? transaction_info['source'] : undefined;
  const problems = [...commonProblems(payload), ...timeProblems(start_timestamp, timestamp, 'transaction')];
  if (type !== 'transaction') problems.push(`the type of a transaction is ${show(type)}`);
  if (typeof transaction !== 'string' || transaction.trim() === '')
    problems.push('the transaction has no name');
  if (!SOURCES.has(source)) problems.push(`the source of the name is ${show(source)}`);
  problems.push(...measurementProblems(payload['measurements']), ...spanProblems(trace, 'root'));
  return [...problems, ...(Array.isArray(spans) ? spanListProblems(spans, trace) : ['spans is no list'])];
}

/** What transactions and error events have in common. */
export function commonProblems(payload: Fields): string[] {
  const { event_id, environment, release, dist, platform, sdk, breadcrumbs = [] } = payload;
  const problems: string[] = [];
  if (!isEventId(event_id)) problems.push(`event_id ${show(event_id)}`);
  if (platform !== 'node') problems.push(`platform ${show(platform)}`);
  if (!(typeof environment === 'string' && ENVIRONMENT.test(environment)))
    problems.push(`environment ${show(environment)}`);
  if (release !== undefined && !(typeof release === 'string' && RELEASE.test(release)))
    problems.push(`release ${show(release)}`);
  if (dist !== undefined && !(typeof dist === 'string' && DIST.test(dist) && release !== undefined))
    problems.push(`dist ${show(dist)}`);
  if (!isFields(sdk) || !sdk['name'] || !sdk['version']) problems.push('sdk has no name or version');
  if ('sdkProcessingMetadata' in payload) problems.push('sdkProcessingMetadata is sent');
  return [...problems, ...tagProblems(payload['tags']), ...breadcrumbProblems(breadcrumbs)];
}

function tagProblems(tags: unknown = {}): string[] {
  if (!isFields(tags)) return ['tags is no object'];
  const isFine = (value: unknown) =>
    typeof value === 'string' && value.length <= MAX_TAG_LENGTH && !value.includes('\n');
  return Object.keys(tags)
    .filter(name => !TAG_KEY.test(name) || !isFine(tags[name]))
    .map(name => `tag ${name}`);
}

function breadcrumbProblems(breadcrumbs: unknown): string[] {
  if (!Array.isArray(breadcrumbs)) return ['breadcrumbs is no list'];
  const problems =
    breadcrumbs.length > MAX_BREADCRUMBS ? [`there are ${breadcrumbs.length} breadcrumbs`] : [];
  const isFine = (breadcrumb: unknown) => isFields(breadcrumb) && isTime(breadcrumb['timestamp']);
  return breadcrumbs.every(isFine) ? problems : [...problems, 'a breadcrumb has no valid time'];
}

function measurementProblems(measurements: unknown): string[] {
  if (measurements === undefined) return [];
  if (!isFields(measurements) || Object.keys(measurements).length === 0) return ['measurements is empty'];
  const isFine = (value: unknown) =>
    isFields(value) && typeof value['value'] === 'number' && typeof value['unit'] === 'string';
  return Object.keys(measurements)
    .filter(name => !isFine(measurements[name]))
    .map(name => `measurement ${name}`);
}

function spanListProblems(spans: readonly unknown[], trace: Fields): string[] {
  const problems =
    spans.length > MAX_SPANS ? [`the transaction has ${spans.length} of ${MAX_SPANS} spans`] : [];
  const bytes = Buffer.byteLength(JSON.stringify(spans));
  if (bytes > MAX_SPANS_BYTES) problems.push(`spans have ${bytes} of ${MAX_SPANS_BYTES} bytes`);
  const ids = new Set([trace['span_id']]);
  for (const span of spans) {
    if (!isFields(span)) {
      problems.push('a span is no object');
      continue;
    }
    const where = `span ${show(span['span_id'])}`;
    problems.push(
      ...spanProblems(span, where),
      ...timeProblems(span['start_timestamp'], span['timestamp'], where),
    );
    if (span['trace_id'] !== trace['trace_id']) problems.push(`${where}: of another trace`);
    if (ids.has(span['span_id'])) problems.push(`${where}: twice`);
    ids.add(span['span_id']);
  }
  return problems;
}
