import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fieldsOf, listOf, type Fields } from '../support/vectors/narrow.js';
import { profileChunkProblems, transactionProfileProblems } from '../support/vectors/wire-rules-profiles.js';

function read(name: string): Fields {
  return fieldsOf(JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')));
}

const V1 = read('profile-v1.json');
const V2 = read('profile-chunk-v2.json');
const ITEM = { headers: { type: 'profile_chunk', platform: 'node' }, payload: Buffer.of() };

/** Sets a value deep inside of a copy. */
function changed(payload: Fields, path: string, value: unknown): Fields {
  const copy = structuredClone(payload);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const target = names.reduce<unknown>(
    (inner, name) => (Array.isArray(inner) ? inner[Number(name)] : fieldsOf(inner)[name]),
    copy,
  );
  Reflect.set(Object(target), last, value);
  return copy;
}

function withSamples(payload: Fields, change: (samples: readonly unknown[]) => unknown[]): Fields {
  const samples = listOf(fieldsOf(payload['profile'])['samples']);
  return changed(payload, 'profile.samples', change(samples));
}

describe('rules for profiles', () => {
  it('take profiles as Sentry does', () => {
    assert.deepEqual(transactionProfileProblems(V1), []);
    assert.deepEqual(profileChunkProblems(V2, ITEM), []);
  });

  for (const [path, value, problem] of [
    ['version', '2', 'profile version 2'],
    ['event_id', '0'.repeat(32), /event_id/],
    ['timestamp', 'yesterday', /timestamp/],
    ['release', undefined, 'the profile has no release'],
    ['os', { name: 'linux' }, 'profile: os'],
    ['device', {}, 'profile: device'],
    ['transaction.name', '', 'profile: transaction name'],
    ['transaction.id', 'x', 'profile: transaction id'],
    ['transaction.active_thread_id', 'main', /active_thread_id/],
    ['profile.frames.0.lineno', -1, /a frame is/],
    ['profile.stacks.0.0', 9999, 'a stack has no frame'],
    ['profile.samples.0.stack_id', 9999, 'a sample has no stack'],
    ['profile.samples.0.elapsed_since_start_ns', '-5', /valid time/],
    ['profile.samples.28.elapsed_since_start_ns', '30000000001', 'profile: too long'],
    ['profile.thread_metadata.7', { name: 'nobody' }, /without samples/],
    ['measurements', { cpu_usage: { unit: 'percentage', values: [] } }, 'measurement cpu_usage'],
    ['debug_meta.images', [{ type: 'sourcemap' }], /debug images/],
  ] as const) {
    it(`refuse the profile of a transaction with ${path} ${JSON.stringify(value)}`, () => {
      assertHas(transactionProfileProblems(changed(V1, path, value)), problem);
    });
  }

  for (const [path, value, problem] of [
    ['client_sdk', undefined, 'profile chunk: client_sdk'],
    ['profiler_id', undefined, 'profile chunk: profiler_id'],
    ['chunk_id', 'x', 'profile chunk: chunk_id'],
    ['platform', 'javascript', /platform/],
    ['profile.samples.0.timestamp', 1_795_223_943_190.0005, /valid time/],
    ['profile.samples.0.timestamp', 1_795_222_700, 'profile chunk: too long'],
    ['profile.samples.0.thread_id', 0, /valid time or thread/],
  ] as const) {
    it(`refuse a chunk with ${path} ${JSON.stringify(value)}`, () => {
      assertHas(profileChunkProblems(changed(V2, path, value), ITEM), problem);
    });
  }

  it('refuse profiles with too few samples', () => {
    assertHas(
      transactionProfileProblems(withSamples(V1, samples => samples.slice(0, 1))),
      'profile: not enough samples',
    );
    assertHas(
      profileChunkProblems(
        withSamples(V2, samples => samples.slice(0, 1)),
        ITEM,
      ),
      'profile chunk: not enough samples',
    );
  });
});

function assertHas(problems: readonly string[], expected: string | RegExp): void {
  const isFound = problems.some(text =>
    typeof expected === 'string' ? text === expected : expected.test(text),
  );
  assert.ok(isFound, JSON.stringify(problems));
}
