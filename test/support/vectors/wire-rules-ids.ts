import { isFields, type Fields } from './narrow.js';

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;
const HEX_32 = /^[0-9a-f]{32}$/;
const UUID = /^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const JSON_NUMBER = /^(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const ORIGIN = /^[A-Za-z0-9_.]{1,128}$/;
const MAX_OP_LENGTH = 128;

/** Year 5138: what is beyond was given in milliseconds. */
const MAX_EPOCH_SECONDS = 1e11;

// https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/#trace-context
const SPAN_STATUSES: ReadonlySet<unknown> = new Set([
  'ok',
  'deadline_exceeded',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'resource_exhausted',
  'invalid_argument',
  'unimplemented',
  'unavailable',
  'internal_error',
  'unknown_error',
  'cancelled',
  'already_exists',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'data_loss',
]);

const LINK_MEMBERS: ReadonlySet<string> = new Set(['trace_id', 'span_id', 'sampled', 'attributes']);

/** A value in the text of a problem. */
export function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

export function isEventId(value: unknown): boolean {
  return matches(value, HEX_32);
}

/** https://develop.sentry.dev/sdk/telemetry/traces/dynamic-sampling-context/ */
export function traceHeaderProblems(trace: unknown, traceIds: readonly unknown[]): string[] {
  if (!isFields(trace)) return ['the trace header is no object'];
  const { trace_id, public_key, sample_rate, sample_rand, sampled, replay_id } = trace;
  const problems = Object.keys(trace)
    .filter(name => typeof trace[name] !== 'string')
    .map(name => `trace header: ${name} is no text`);
  const check = (name: string, isFine: boolean) =>
    void (isFine || problems.push(`trace header: ${name} ${show(trace[name])}`));
  check('trace_id', matches(trace_id, TRACE_ID) && traceIds.every(id => id === trace_id));
  check('public_key', matches(public_key, HEX_32));
  check('sample_rate', sample_rate === undefined || matches(sample_rate, JSON_NUMBER));
  check(
    'sample_rand',
    sample_rand === undefined || (matches(sample_rand, JSON_NUMBER) && Number(sample_rand) < 1),
  );
  check('sampled', sampled === undefined || sampled === 'true' || sampled === 'false');
  check('replay_id', replay_id === undefined || matches(replay_id, UUID));
  return problems;
}

/** What the trace context of an event and the spans of a transaction have in common. */
export function spanProblems(span: Fields, where: string): string[] {
  const { trace_id, span_id, parent_span_id, status, op, origin, links = [], data = {} } = span;
  const problems: string[] = [];
  const check = (name: string, isFine: boolean) =>
    void (isFine || problems.push(`${where}: ${name} ${show(span[name])}`));
  check('trace_id', matches(trace_id, TRACE_ID));
  check('span_id', matches(span_id, SPAN_ID));
  check(
    'parent_span_id',
    parent_span_id === undefined || (matches(parent_span_id, SPAN_ID) && parent_span_id !== span_id),
  );
  check('status', status === undefined || SPAN_STATUSES.has(status));
  check('op', op === undefined || (typeof op === 'string' && op !== '' && op.length <= MAX_OP_LENGTH));
  check('origin', origin === undefined || matches(origin, ORIGIN));
  check('client_sample_rate', !('client_sample_rate' in span));
  problems.push(...linkProblems(links).map(problem => `${where}: ${problem}`));
  problems.push(...dataProblems(data).map(problem => `${where}: ${problem}`));
  return problems;
}

/** A missing or reversed time makes Sentry refuse the whole transaction. */
export function timeProblems(start: unknown, end: unknown, where: string): string[] {
  return isTime(start) && isTime(end) && start <= end
    ? []
    : [`${where}: times ${show(start)} to ${show(end)}`];
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < MAX_EPOCH_SECONDS;
}

export function linkProblems(links: unknown): string[] {
  if (!Array.isArray(links)) return ['links is no list'];
  return links.flatMap(link => {
    if (!isFields(link)) return ['a link is no object'];
    const surplus = Object.keys(link).filter(name => !LINK_MEMBERS.has(name));
    const hasIds = matches(link['trace_id'], TRACE_ID) && matches(link['span_id'], SPAN_ID);
    return [...(hasIds ? [] : ['a link has no valid ids']), ...surplus.map(name => `a link has ${name}`)];
  });
}

/** NaN and infinities are null on the wire. */
function dataProblems(data: unknown): string[] {
  if (!isFields(data)) return ['data is no object'];
  return Object.keys(data)
    .filter(name => data[name] === null)
    .map(name => `data has null as ${name}`);
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
