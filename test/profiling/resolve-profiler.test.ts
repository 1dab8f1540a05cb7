import assert from 'node:assert/strict';
import { SentryProfiler } from '../../src/profiling.js';
import { resolveProfiler } from '../../src/profiling/resolve-profiler.js';
import { RecordedLog } from '../support/recorded-log.js';
import { untypedProfilerOptions } from '../support/untyped.js';

const RATE = 'a number from 0 to 1';

describe('options of a profiler', () => {
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  it('have defaults', () => {
    const { mode, ...others } = resolveProfiler({ profileSessionSampleRate: 0.5 });
    assert.deepEqual(mode, { kind: 'process', rate: 0.5, lifecycle: 'manual' });
    assert.deepEqual(others, { hz: 100, chunkMillis: 15_000, maxDepth: 128, perRequestThreads: false });
    assert.deepEqual(log.lines, []);
  });

  it('of transactions win over those of the process, which is said', () => {
    const { mode } = resolveProfiler({ profilesSampleRate: 1, profileSessionSampleRate: 1 });
    assert.equal(mode.kind, 'transactions');
    assert.deepEqual(log.lines, [
      'warn: profileSessionSampleRate and profileLifecycle have no effect beside profilesSampleRate and profilesSampler',
    ]);
  });

  it('without a rate profile nothing, which is said', () => {
    assert.equal(resolveProfiler({}).mode.kind, 'off');
    assert.equal(resolveProfiler().mode.kind, 'off');
    assert.equal(log.lines.length, 2);
    assert.match(log.lines[0] ?? '', /^warn: none of .* nothing is profiled$/);
  });

  for (const [options, message] of [
    [7, 'options must be an object, got 7'],
    [{ profilesSampleRate: 2 }, `profilesSampleRate must be ${RATE}, got 2`],
    [{ profilesSampleRate: 'x' }, `profilesSampleRate must be ${RATE}, got "x"`],
    [{ profileSessionSampleRate: -1 }, `profileSessionSampleRate must be ${RATE}, got -1`],
    [{ profilesSampler: 0.5 }, 'profilesSampler must be a function, got 0.5'],
    [{ profileLifecycle: 'auto' }, `profileLifecycle must be 'manual' or 'trace', got "auto"`],
    [{ hz: 0 }, 'hz must be a number from 1 to 1000, got 0'],
    [{ hz: 1001 }, 'hz must be a number from 1 to 1000, got 1001'],
    [{ chunkSeconds: 61 }, 'chunkSeconds must be a number from 1 to 60, got 61'],
    [{ maxDepth: 0 }, 'maxDepth must be a number of at least 1, got 0'],
    [{ perRequestThreads: 'yes' }, 'perRequestThreads must be true or false, got "yes"'],
  ] as const) {
    it(`are refused: ${message}`, () => {
      assert.throws(() => new SentryProfiler(untypedProfilerOptions(options)), {
        name: 'TypeError',
        message,
      });
    });
  }
});
