import assert from 'node:assert/strict';
import { debugImages } from '../../src/profiling/debug-images.js';
import { toFrame } from '../../src/profiling/frame.js';
import { toSampledProfile, type Conversion } from '../../src/profiling/sampled-profile.js';
import { profileOf } from '../support/fake-recorder.js';

const ALL: Conversion = { maxDepth: 128, isWanted: () => true, threadAt: () => '0', idleThread: '0' };

describe('a sampled profile', () => {
  it('has each function and each stack once', () => {
    const profile = profileOf(0, 60_000, millis => (millis % 20 === 0 ? ['a', 'b'] : ['a', 'c']));
    const { stacks, frames, samples } = toSampledProfile(profile, ALL);
    assert.deepEqual(
      frames.map(frame => frame.function),
      ['c', 'a', 'b'],
    );
    assert.deepEqual(stacks, [
      [0, 1],
      [2, 1],
    ]);
    assert.deepEqual(
      samples.map(({ stackId }) => stackId),
      [0, 1, 0, 1, 0, 1],
    );
  });

  it('takes the same function under different nodes for one', () => {
    const profile = profileOf(0, 40_000, millis => (millis <= 20 ? ['a', 'b', 'a'] : ['b', 'a']));
    const { frames, stacks } = toSampledProfile(profile, ALL);
    assert.equal(frames.length, 2);
    assert.deepEqual(stacks, [
      [0, 1, 0],
      [0, 1],
    ]);
  });

  it('has empty stacks for an idle thread, and keeps what is no code', () => {
    const work = (millis: number) =>
      millis === 10 ? [] : [millis === 20 ? '(program)' : '(garbage collector)'];
    const { frames, stacks } = toSampledProfile(profileOf(0, 40_000, work), ALL);
    assert.deepEqual(stacks, [[], [0], [1]]);
    assert.deepEqual(frames, [
      { function: '(program)', in_app: false },
      { function: '(garbage collector)', in_app: false },
    ]);
  });

  it('leaves the outermost functions of deep stacks out', () => {
    const profile = profileOf(0, 20_000, () => Array.from({ length: 300 }, (_, depth) => `f${depth}`));
    const { frames } = toSampledProfile(profile, { ...ALL, maxDepth: 3 });
    assert.deepEqual(
      frames.map(frame => frame.function),
      ['f299', 'f298', 'f297'],
    );
  });

  it('is in order of time, whatever V8 says', () => {
    const { nodes } = profileOf(0, 10_000, () => ['a']);
    const profile = { nodes, startTime: 1000, samples: [2, 2, 2], timeDeltas: [50, 50, -70] };
    const { samples } = toSampledProfile(profile, ALL);
    assert.deepEqual(
      samples.map(({ micros }) => micros),
      [1030, 1050, 1100],
    );
  });

  it('leaves threads out that Sentry would, and says how busy they were', () => {
    const threadAt = (micros: number) => (micros === 10_000 ? 'once' : 'often');
    const all = toSampledProfile(
      profileOf(0, 30_000, () => ['a']),
      { ...ALL, threadAt },
    );
    assert.deepEqual(
      all.samples.map(({ threadId }) => threadId),
      ['often', 'often'],
    );
    assert.equal(all.busySamples, 3);
    const idle = toSampledProfile(
      profileOf(0, 30_000, () => []),
      ALL,
    );
    assert.deepEqual([idle.samples, idle.busySamples], [[], 0]);
  });

  it('is empty when V8 recorded nothing', () => {
    assert.deepEqual(toSampledProfile({ nodes: [], startTime: 0 }, ALL).samples, []);
  });

  it('stands for nodes that are missing as for an idle thread', () => {
    const profile = { nodes: [], startTime: 0, samples: [7, 7], timeDeltas: [1, 1] };
    assert.deepEqual(toSampledProfile(profile, ALL).stacks, [[]]);
  });
});

describe('a frame', () => {
  const at = (url: string, functionName = 'run', lineNumber = 2, columnNumber = 4) =>
    toFrame({ functionName, url, lineNumber, columnNumber });
  const place = { lineno: 3, colno: 5 };

  for (const [url, file, in_app] of [
    ['file:///srv/app/a.mjs', '/srv/app/a.mjs', true],
    ['file:///srv/my%20app/a.mjs?v=2', '/srv/my app/a.mjs', true],
    ['/srv/app/a.cjs', '/srv/app/a.cjs', true],
    ['/srv/app/node_modules/pg/lib/client.js', '/srv/app/node_modules/pg/lib/client.js', false],
    ['node:internal/timers', 'node:internal/timers', false],
    ['data:text/javascript;base64,c2VjcmV0', 'data:text/javascript', true],
    ['file://host with spaces/a', 'file://host with spaces/a', true],
  ] as const) {
    it(`of ${url} names the file ${file}`, () => {
      assert.deepEqual(at(url), { function: 'run', filename: file, abs_path: file, in_app, ...place });
    });
  }

  it('has a name in any case, and no place it does not know', () => {
    assert.deepEqual(at('', ''), { function: '<anonymous>', in_app: false });
    assert.deepEqual(at('/srv/a.js', 'run', -1, -1), {
      function: 'run',
      filename: '/srv/a.js',
      abs_path: '/srv/a.js',
      in_app: true,
    });
  });
});

describe('debug images', () => {
  const stack = (file: string) =>
    `Error\n    at Object.<anonymous> (${file}:1:20)\n    at Module._compile (node:internal:1:1)`;

  it('are those of files in the profile', () => {
    const globals = {
      _sentryDebugIds: { [stack('file:///srv/app/a.mjs')]: 'id-a', [stack('/srv/app/other.js')]: 'id-other' },
      _debugIds: { [stack('/srv/app/b.js')]: 'id-b', nonsense: 'id', [stack('/srv/app/c.js')]: 7 },
    };
    const frames = ['/srv/app/a.mjs', '/srv/app/b.js', '/srv/app/c.js'].map(file => ({
      function: 'f',
      abs_path: file,
      in_app: true,
    }));
    assert.deepEqual(debugImages(frames, globals), [
      { type: 'sourcemap', code_file: '/srv/app/a.mjs', debug_id: 'id-a' },
      { type: 'sourcemap', code_file: '/srv/app/b.js', debug_id: 'id-b' },
    ]);
    assert.deepEqual(debugImages(frames, {}), []);
  });
});
