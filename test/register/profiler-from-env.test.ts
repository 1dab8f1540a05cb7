import assert from 'node:assert/strict';
import { SentryProfiler } from '../../src/profiling.js';
import { profilerFromEnv } from '../../src/register/profiler-from-env.js';
import { RecordedLog } from '../support/recorded-log.js';

describe('the profiler of a start without code', () => {
  it('is made when SENTRY_PROFILES_SAMPLE_RATE wants one', () => {
    assert.ok(profilerFromEnv({ SENTRY_PROFILES_SAMPLE_RATE: '0.5' }) instanceof SentryProfiler);
    for (const env of [{}, { SENTRY_PROFILES_SAMPLE_RATE: '' }, { SENTRY_PROFILES_SAMPLE_RATE: '0' }]) {
      assert.equal(profilerFromEnv(env), undefined);
    }
  });

  it('is left out with a word when the rate is none', () => {
    const log = new RecordedLog();
    assert.equal(profilerFromEnv({ SENTRY_PROFILES_SAMPLE_RATE: 'half' }), undefined);
    log.stop();
    assert.deepEqual(log.lines, [
      'warn: SENTRY_PROFILES_SAMPLE_RATE is ignored: it must be a number from 0 to 1',
    ]);
  });
});
