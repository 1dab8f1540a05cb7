import type { ParsedItem } from '../parse-envelope.js';
import { isFields, type Fields } from './narrow.js';
import { isEventId, isTime, show } from './wire-rules-ids.js';

const MAX_ELAPSED_NANOS = 30e9;
const MAX_CHUNK_SECONDS = 66;
const U32 = 2 ** 32;

/** https://github.com/getsentry/relay/blob/master/relay-profiling/src/measurements.rs */
const UNITS: ReadonlySet<unknown> = new Set([
  'nanosecond',
  'ns',
  'hertz',
  'hz',
  'byte',
  'percent',
  'nanojoule',
  'nj',
]);

interface Sample {
  readonly stackId: unknown;
  readonly threadId: string;
  /** In the unit of the format. */
  readonly time: number;
}

/**
 * What Sentry would drop a profile of a transaction for, or change about it.
 * https://github.com/getsentry/relay/blob/master/relay-profiling/src/sample/v1.rs
 */
export function transactionProfileProblems(payload: Fields): string[] {
  const { event_id, timestamp, os, device, transaction } = payload;
  const problems = commonProblems(payload, '1');
  const check = (what: string, isFine: boolean) => void (isFine || problems.push(`profile: ${what}`));
  check(`event_id ${show(event_id)}`, isEventId(event_id) && !isNil(event_id));
  check(
    `timestamp ${show(timestamp)}`,
    typeof timestamp === 'string' && !Number.isNaN(Date.parse(timestamp)),
  );
  check('os', isFields(os) && isText(os['name']) && isText(os['version']));
  check('device', isFields(device) && isText(device['architecture']));
  const { id, name, trace_id, active_thread_id } = isFields(transaction) ? transaction : {};
  check('transaction id', isEventId(id) && !isNil(id));
  check('transaction name', isText(name));
  check('transaction trace_id', isEventId(trace_id) && !isNil(trace_id));
  check(`active_thread_id ${show(active_thread_id)}`, isU64(active_thread_id));
  const samples = samplesOf(payload, ({ elapsed_since_start_ns: elapsed, thread_id }) =>
    isU64(elapsed) && isU64(thread_id) ? Number(elapsed) : Number.NaN,
  );
  problems.push(...contentProblems(payload, samples));
  const stacks = stacksOf(payload);
  const kept = withoutIdleEdges(samples, stacks);
  check('not enough samples', kept.length > 0);
  check('threads Sentry leaves out', kept.length === 0 || threadsOf(kept) === threadsOf(samples));
  check(
    'too long',
    samples.every(({ time }) => time <= MAX_ELAPSED_NANOS),
  );
  return [...problems, ...measurementProblems(payload, value => isU64(value['elapsed_since_start_ns']))];
}

/** https://github.com/getsentry/relay/blob/master/relay-profiling/src/sample/v2.rs */
export function profileChunkProblems(payload: Fields, item: ParsedItem): string[] {
  const { chunk_id, profiler_id, client_sdk } = payload;
  const problems = commonProblems(payload, '2');
  const check = (what: string, isFine: boolean) => void (isFine || problems.push(`profile chunk: ${what}`));
  check('platform of the item', item.headers['platform'] === payload['platform']);
  check('chunk_id', isEventId(chunk_id) && !isNil(chunk_id));
  check('profiler_id', isEventId(profiler_id) && !isNil(profiler_id));
  check('client_sdk', isFields(client_sdk) && isText(client_sdk['name']) && isText(client_sdk['version']));
  const samples = samplesOf(payload, ({ timestamp, thread_id }) =>
    isTime(timestamp) && typeof thread_id === 'string' ? timestamp : Number.NaN,
  );
  problems.push(...contentProblems(payload, samples));
  const stacks = stacksOf(payload);
  const kept = withBusyThreads(samples, stacks);
  check('not enough samples', kept.length > 0);
  check('threads Sentry leaves out', kept.length === samples.length);
  const times = samples.map(({ time }) => time);
  check('too long', Math.max(...times) - Math.min(...times) <= MAX_CHUNK_SECONDS);
  return [...problems, ...measurementProblems(payload, ({ timestamp }) => isTime(timestamp))];
}

function commonProblems({ version, platform, release, environment, debug_meta }: Fields, expected: string) {
  const problems: string[] = [];
  if (version !== expected) problems.push(`profile version ${show(version)}`);
  if (platform !== 'node') problems.push(`profile platform ${show(platform)}`);
  if (typeof release !== 'string') problems.push('the profile has no release');
  if (!isText(environment)) problems.push('the profile has no environment');
  const images = isFields(debug_meta) ? debug_meta['images'] : [];
  const isImage = (image: unknown) =>
    isFields(image) &&
    image['type'] === 'sourcemap' &&
    isText(image['code_file']) &&
    isText(image['debug_id']);
  if (!Array.isArray(images) || !images.every(isImage)) problems.push('the profile has wrong debug images');
  return problems;
}

function contentProblems(payload: Fields, samples: readonly Sample[]): string[] {
  const problems: string[] = [];
  const stacks = stacksOf(payload);
  const frames = listAt(payload, 'frames');
  const threads = contentOf(payload)['thread_metadata'];
  if (samples.some(({ time }) => !Number.isFinite(time)))
    problems.push('a sample has no valid time or thread');
  if (samples.some(({ stackId }) => typeof stackId !== 'number' || stacks[stackId] === undefined)) {
    problems.push('a sample has no stack');
  }
  if (stacks.some(stack => stack.some(id => typeof id !== 'number' || frames[id] === undefined))) {
    problems.push('a stack has no frame');
  }
  problems.push(...frames.flatMap(frameProblems));
  const named = isFields(threads) ? Object.keys(threads) : [];
  const used = new Set(samples.map(({ threadId }) => threadId));
  if (named.some(id => !used.has(id))) problems.push('a thread without samples has a name');
  if (named.length !== used.size) problems.push('a thread has no name');
  return problems;
}

function frameProblems(frame: unknown): string[] {
  if (!isFields(frame)) return ['a frame is no object'];
  const { function: name, abs_path, filename, lineno, colno, in_app } = frame;
  const isFine =
    isText(name) &&
    [abs_path, filename].every(path => path === undefined || isText(path)) &&
    [lineno, colno].every(place => place === undefined || isPlace(place)) &&
    typeof in_app === 'boolean';
  return isFine ? [] : [`a frame is ${JSON.stringify(frame)}`];
}

function measurementProblems(payload: Fields, hasTime: (value: Fields) => boolean): string[] {
  const { measurements = {} } = payload;
  if (!isFields(measurements)) return ['measurements of a profile are no object'];
  return Object.entries(measurements).flatMap(([name, series]) => {
    const { unit, values } = isFields(series) ? series : {};
    const isValue = (value: unknown) => isFields(value) && Number.isFinite(value['value']) && hasTime(value);
    return UNITS.has(unit) && Array.isArray(values) && values.every(isValue) ? [] : [`measurement ${name}`];
  });
}

/** Sentry takes idle samples off both ends of each thread, then threads with a single sample. */
function withoutIdleEdges(samples: readonly Sample[], stacks: readonly unknown[][]): Sample[] {
  return byThread(samples).flatMap(own => {
    const isBusy = ({ stackId }: Sample) => stackOf(stacks, stackId).length > 0;
    const first = own.findIndex(isBusy);
    const last = own.length - [...own].reverse().findIndex(isBusy);
    const kept = first === -1 ? [] : own.slice(first, last);
    return kept.length > 1 ? kept : [];
  });
}

/** Sentry takes threads off that were busy in one sample at most. */
function withBusyThreads(samples: readonly Sample[], stacks: readonly unknown[][]): Sample[] {
  return byThread(samples).flatMap(own =>
    own.filter(({ stackId }) => stackOf(stacks, stackId).length > 0).length > 1 ? own : [],
  );
}

function byThread(samples: readonly Sample[]): Sample[][] {
  const threads = new Map<string, Sample[]>();
  for (const sample of samples) {
    const own = threads.get(sample.threadId) ?? [];
    own.push(sample);
    threads.set(sample.threadId, own);
  }
  return [...threads.values()];
}

function threadsOf(samples: readonly Sample[]): string {
  return [...new Set(samples.map(({ threadId }) => threadId))].sort().join();
}

function samplesOf(payload: Fields, timeOf: (sample: Fields) => number): Sample[] {
  return listAt(payload, 'samples').map(sample => {
    const fields = isFields(sample) ? sample : {};
    return { stackId: fields['stack_id'], threadId: show(fields['thread_id']), time: timeOf(fields) };
  });
}

function stacksOf(payload: Fields): unknown[][] {
  return listAt(payload, 'stacks').map(stack => (Array.isArray(stack) ? stack : [undefined]));
}

function stackOf(stacks: readonly unknown[][], id: unknown): readonly unknown[] {
  return typeof id === 'number' ? (stacks[id] ?? []) : [];
}

function listAt(payload: Fields, name: string): readonly unknown[] {
  const list = contentOf(payload)[name];
  return Array.isArray(list) ? list : [];
}

function contentOf({ profile }: Fields): Fields {
  return isFields(profile) ? profile : {};
}

function isU64(value: unknown): boolean {
  return /^\d{1,20}$/.test(String(value));
}

function isPlace(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < U32;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isNil(id: unknown): boolean {
  return /^0*$/.test(String(id));
}
