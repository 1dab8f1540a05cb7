import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { parseSampleRand } from '../../src/protocol/dynamic-sampling-context.js';
import { backfillSampleRand, formatSampleRand, sampleRandOf } from '../../src/sampling/sample-rand.js';
import { anyTraceId } from '../support/arbitraries/trace-ids.js';
import { OTHER_TRACE_ID, TRACE_ID } from '../support/trace-headers.js';

const IDS = 20_000;

/** Ids that look random and are the same in every run. */
function traceIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => createHash('md5').update(String(index)).digest('hex'));
}

/** Ids that differ in their last digits only. */
function successiveIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => index.toString(16).padStart(32, '7'));
}

function share(values: readonly number[], below: number): number {
  return values.filter(value => value < below).length / values.length;
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);
}

function hasSixDigits(rand: number): boolean {
  return Number(rand.toFixed(6)) === rand;
}

describe('sampleRandOf', () => {
  it('is the same for the same trace', () => {
    fc.assert(fc.property(anyTraceId, traceId => assert.equal(sampleRandOf(traceId), sampleRandOf(traceId))));
  });

  // Processes of one trace may run different releases of this package: the numbers must never change.
  const fixed: readonly (readonly [traceId: string, rand: number])[] = [
    [TRACE_ID, 0.021962],
    [OTHER_TRACE_ID, 0.683631],
    ['0af7651916cd43dd8448eb211c80319c', 0.079763],
    ['00000000000000000000000000000001', 0.860658],
    ['ffffffffffffffffffffffffffffffff', 0.437666],
  ];
  for (const [traceId, rand] of fixed) {
    it(`is ${formatSampleRand(rand)} for ${traceId}`, () => assert.equal(sampleRandOf(traceId), rand));
  }

  it('is a number from 0 to below 1 with six digits', () => {
    fc.assert(
      fc.property(anyTraceId, traceId => {
        const rand = sampleRandOf(traceId);
        assert.ok(rand >= 0 && rand < 1);
        assert.ok(hasSixDigits(rand));
      }),
    );
  });

  const populations: readonly (readonly [what: string, ids: readonly string[]])[] = [
    ['random ids', traceIds(IDS)],
    ['ids that follow each other', successiveIds(IDS)],
    ['ids that begin with their difference', successiveIds(IDS).map(id => Array.from(id).reverse().join(''))],
    ['ids with the same first half', traceIds(IDS).map(id => `${'a'.repeat(16)}${id.slice(16)}`)],
    ['ids with the same last half', traceIds(IDS).map(id => `${id.slice(16)}${'a'.repeat(16)}`)],
    [
      'ids that begin with a time, as those of AWS X-Ray do',
      traceIds(IDS).map(id => `5759e988${id.slice(8)}`),
    ],
  ];
  for (const [what, ids] of populations) {
    it(`is spread evenly over ${what}`, () => {
      const rands = ids.map(sampleRandOf);
      for (const rate of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
        // Five standard deviations of a fair draw.
        assertNear(share(rands, rate), rate, 5 * Math.sqrt((rate * (1 - rate)) / IDS));
      }
      assert.ok(new Set(rands).size > IDS * 0.97, 'there are too many repetitions');
    });
  }

  it('does not depend on the bits that ratio samplers of OpenTelemetry decide by', () => {
    const sampler = new TraceIdRatioBasedSampler(0.25);
    const isLetThrough = (id: string) =>
      sampler.shouldSample(ROOT_CONTEXT, id).decision === SamplingDecision.RECORD_AND_SAMPLED;
    const letThrough = traceIds(IDS).filter(id => isLetThrough(id));
    assert.ok(letThrough.length > IDS / 5);
    assertNear(share(letThrough.map(sampleRandOf), 0.25), 0.25, 0.03);
  });

  it('takes any text for an id', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const rand = sampleRandOf(text);
        assert.ok(rand >= 0 && rand < 1);
      }),
    );
  });
});

describe('backfillSampleRand', () => {
  const anyRate = fc.double({ min: 0, max: 1, noNaN: true });

  it('is below the rate when the head kept the trace', () => {
    fc.assert(
      fc.property(
        anyTraceId,
        anyRate.filter(rate => rate > 0),
        (traceId, rate) => {
          assert.ok(backfillSampleRand(traceId, true, rate) < rate);
        },
      ),
    );
  });

  it('is not below the rate when the head dropped the trace', () => {
    // Above 0.999999 there is no number of six digits left.
    const rate = fc.double({ min: 0, max: 0.999_999, noNaN: true });
    fc.assert(
      fc.property(anyTraceId, rate, (traceId, rate) => {
        assert.ok(backfillSampleRand(traceId, false, rate) >= rate);
      }),
    );
  });

  it('is always a number from 0 to below 1 with six digits', () => {
    fc.assert(
      fc.property(
        anyTraceId,
        fc.constantFrom(true, false, undefined),
        fc.option(anyRate, { nil: undefined }),
        (traceId, sampled, rate) => {
          const rand = backfillSampleRand(traceId, sampled, rate);
          assert.ok(rand >= 0 && rand < 1);
          assert.ok(hasSixDigits(rand));
          assert.equal(parseSampleRand(formatSampleRand(rand)), rand);
        },
      ),
    );
  });

  it('is the same in every process that is told the same', () => {
    fc.assert(
      fc.property(anyTraceId, fc.boolean(), anyRate, (traceId, sampled, rate) => {
        assert.equal(backfillSampleRand(traceId, sampled, rate), backfillSampleRand(traceId, sampled, rate));
      }),
    );
  });

  const plain: readonly (readonly [sampled: boolean | undefined, rate: number | undefined, why: string])[] = [
    [undefined, undefined, 'nothing is known'],
    [undefined, 0.5, 'nothing was decided'],
    [true, undefined, 'the rate is not known and the trace was kept'],
    [false, undefined, 'the rate is not known and the trace was dropped'],
    [true, 0, 'the trace was kept at rate 0, a contradiction'],
    [false, 1, 'the trace was dropped at rate 1, a contradiction'],
  ];
  for (const [sampled, rate, why] of plain) {
    it(`is the number of the trace when ${why}`, () => {
      for (const traceId of traceIds(100)) {
        assert.equal(backfillSampleRand(traceId, sampled, rate), sampleRandOf(traceId));
      }
    });
  }

  it('is the number of the trace, but for rounding, when every number agrees with the decision', () => {
    for (const traceId of traceIds(100)) {
      assertNear(backfillSampleRand(traceId, true, 1), sampleRandOf(traceId), 0.000_001_1);
      assertNear(backfillSampleRand(traceId, false, 0), sampleRandOf(traceId), 0.000_001_1);
    }
  });

  it('is spread evenly over what agrees with the decision', () => {
    const kept = traceIds(IDS).map(traceId => backfillSampleRand(traceId, true, 0.25));
    assertNear(share(kept, 0.125), 0.5, 0.02);
    const dropped = traceIds(IDS).map(traceId => backfillSampleRand(traceId, false, 0.25));
    assertNear(share(dropped, 0.625), 0.5, 0.02);
  });

  for (const rate of [1e-9, 1e-7, 0.000_000_5, 0.000_001]) {
    it(`is 0 when the trace was kept at a rate of ${rate}`, () => {
      assert.equal(backfillSampleRand(TRACE_ID, true, rate), 0);
    });
  }

  it('is rounded up into what is left above a rate with more than six digits', () => {
    for (const traceId of traceIds(200)) {
      assert.equal(backfillSampleRand(traceId, false, 0.999_998_5), 0.999_999);
    }
  });

  it('stays below 1 when there is no number of six digits above the rate', () => {
    // The second leaves so little that what is computed within it is rounded to 1.
    for (const rate of [0.999_999_9, 1 - 2 ** -53]) {
      for (const traceId of traceIds(200)) assert.ok(backfillSampleRand(traceId, false, rate) < 1);
    }
  });
});

describe('formatSampleRand', () => {
  const cases: readonly (readonly [rand: number, text: string])[] = [
    [0, '0.000000'],
    [0.5, '0.500000'],
    [0.000_001, '0.000001'],
    [0.999_999, '0.999999'],
    [0.123_456, '0.123456'],
  ];
  for (const [rand, text] of cases) {
    it(`prints ${rand} as ${text}`, () => assert.equal(formatSampleRand(rand), text));
  }

  it('prints the number of every trace so that it is read back as the same', () => {
    fc.assert(
      fc.property(anyTraceId, traceId => {
        const text = formatSampleRand(sampleRandOf(traceId));
        assert.match(text, /^0\.\d{6}$/);
        assert.equal(parseSampleRand(text), sampleRandOf(traceId));
      }),
    );
  });
});
