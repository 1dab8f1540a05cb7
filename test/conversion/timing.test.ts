import assert from 'node:assert/strict';
import { spanTiming, treeTiming, validSeconds } from '../../src/conversion/timing.js';
import type { HrTime } from '../../src/otel/types.js';
import { buildSpan, buildTree, hrTime, T0_SECONDS } from '../support/spans.js';

const NO_TIMES: readonly (readonly [string, HrTime])[] = [
  ['zero', [0, 0]],
  ['negative', [-5, 0]],
  ['NaN', [Number.NaN, 0]],
  ['infinite', [Number.POSITIVE_INFINITY, 0]],
  ['in milliseconds by mistake', [1_760_000_000_000, 0]],
];

describe('spanTiming', () => {
  const timing = (startTime: HrTime, endTime: HrTime, earliest?: number) =>
    spanTiming({ startTime, endTime }, earliest);

  it('is start and end in seconds', () => {
    assert.deepEqual(timing(hrTime(1), hrTime(2.5)), { start: T0_SECONDS + 0.001, end: T0_SECONDS + 0.0025 });
  });

  it('ends when it starts if it ended before', () => {
    assert.deepEqual(timing(hrTime(5), hrTime(4)), { start: T0_SECONDS + 0.005, end: T0_SECONDS + 0.005 });
  });

  for (const [what, time] of NO_TIMES) {
    it(`ends when it starts if the end is ${what}`, () => {
      assert.deepEqual(timing(hrTime(5), time), { start: T0_SECONDS + 0.005, end: T0_SECONDS + 0.005 });
    });

    it(`starts with the transaction if the start is ${what}`, () => {
      assert.deepEqual(timing(time, hrTime(5), T0_SECONDS), { start: T0_SECONDS, end: T0_SECONDS + 0.005 });
    });

    it(`is an instant if the start is ${what} and the transaction begins later`, () => {
      assert.deepEqual(timing(time, hrTime(5), T0_SECONDS + 9), {
        start: T0_SECONDS + 0.005,
        end: T0_SECONDS + 0.005,
      });
      assert.deepEqual(timing(time, hrTime(5)), { start: T0_SECONDS + 0.005, end: T0_SECONDS + 0.005 });
    });

    it(`is the start of the transaction if both are ${what}`, () => {
      assert.deepEqual(timing(time, time, T0_SECONDS), { start: T0_SECONDS, end: T0_SECONDS });
      assert.equal(timing(time, time), undefined);
    });
  }
});

describe('validSeconds', () => {
  it('is a time up to the end of the year 9999', () => {
    assert.equal(validSeconds([253_402_300_799, 0]), 253_402_300_799);
    assert.equal(validSeconds([253_402_300_800, 0]), undefined);
  });

  for (const [what, time] of NO_TIMES) {
    it(`is undefined for a time that is ${what}`, () => assert.equal(validSeconds(time), undefined));
  }
});

describe('treeTiming', () => {
  const timeless = { ...buildSpan(), startTime: [0, 0], endTime: [0, 0] } as const;

  it('is that of the root', () => {
    const root = buildSpan({ start: 0, end: 7 });
    assert.deepEqual(treeTiming(buildTree(root, buildSpan({ parent: root, start: 1, end: 99 }))), {
      start: T0_SECONDS,
      end: T0_SECONDS + 0.007,
    });
  });

  it('is that of the first descendant with a time if the root has none', () => {
    const start = T0_SECONDS + 0.003;
    assert.deepEqual(treeTiming(buildTree(timeless, timeless, buildSpan({ start: 3 }))), {
      start,
      end: start,
    });
  });

  it('throws if there is no time at all', () => {
    assert.throws(() => treeTiming(buildTree(timeless)), TypeError);
  });
});
