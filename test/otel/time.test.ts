import assert from 'node:assert/strict';
import { toSeconds } from '../../src/otel/time.js';
import type { HrTime } from '../../src/otel/types.js';

describe('toSeconds', () => {
  const times: readonly { time: HrTime; seconds: number }[] = [
    { time: [1_760_000_000, 0], seconds: 1_760_000_000 },
    { time: [1_760_000_000, 500_000_000], seconds: 1_760_000_000.5 },
    { time: [1_760_000_000, 32_491_000], seconds: 1_760_000_000.032491 },
    { time: [0, 1], seconds: 1e-9 },
    { time: [0, 0], seconds: 0 },
  ];
  for (const { time, seconds } of times) {
    it(`is ${seconds} for [${time.join(', ')}]`, () => {
      assert.equal(toSeconds(time), seconds);
    });
  }

  it('keeps microseconds of today', () => {
    assert.equal(toSeconds([1_760_000_000, 123_456_000]).toFixed(6), '1760000000.123456');
  });

  it('is not a number when there is no time', () => {
    assert.equal(toSeconds(undefined), Number.NaN);
  });
});
