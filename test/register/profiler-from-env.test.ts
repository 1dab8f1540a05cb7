import assert from 'node:assert/strict';
import * as profiling from '../../src/profiling.js';
import { profilerFromEnv } from '../../src/register/profiler-from-env.js';
import { RecordedLog } from '../support/recorded-log.js';

describe('the profiler of a start without code', () => {
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  it('is made when SENTRY_PROFILES_SAMPLE_RATE wants one', () => {
    const profiler = profilerFromEnv({ SENTRY_PROFILES_SAMPLE_RATE: '0.5' }, () => profiling);
    assert.ok(profiler instanceof profiling.SentryProfiler);
  });

  it('is not even loaded without', () => {
    const load = () => assert.fail('loaded');
    for (const env of [{}, { SENTRY_PROFILES_SAMPLE_RATE: '' }, { SENTRY_PROFILES_SAMPLE_RATE: '0' }]) {
      assert.equal(profilerFromEnv(env, load), undefined);
    }
    assert.equal(profilerFromEnv({ SENTRY_PROFILES_SAMPLE_RATE: 'half' }, load), undefined);
    assert.deepEqual(log.lines, [
      'warn: SENTRY_PROFILES_SAMPLE_RATE is ignored: it must be a number from 0 to 1',
    ]);
  });

  for (const [what, load, reason] of [
    ['throws', () => JSON.parse('{'), /^warn: the profiler cannot be loaded: SyntaxError: /],
    [
      'has no profiler',
      () => ({}),
      /^warn: the profiler cannot be loaded: this is no complete installation$/,
    ],
  ] as const) {
    it(`is left out with a word when its module ${what}`, () => {
      assert.equal(profilerFromEnv({ SENTRY_PROFILES_SAMPLE_RATE: '1' }, load), undefined);
      assert.equal(log.lines.length, 1);
      assert.match(log.lines[0] ?? '', reason);
    });
  }
});
