import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { incomingTrace, type ContinuationRules } from '../../src/propagation/continuation.js';
import { parseSampleRand, type DynamicSamplingContext } from '../../src/protocol/dynamic-sampling-context.js';
import type { SentryTrace } from '../../src/protocol/sentry-trace.js';
import { backfillSampleRand, sampleRandOf } from '../../src/sampling/sample-rand.js';
import type { IncomingTrace } from '../../src/trace-state/incoming-trace.js';
import { anyDecision, anyTraceId } from '../support/arbitraries/trace-ids.js';
import { DSC, OTHER_TRACE_ID, SPAN_ID, TRACE_ID } from '../support/trace-headers.js';

const RULES: ContinuationRules = { orgId: '7', strictTraceContinuation: false };

function header(sampled?: boolean, traceId = TRACE_ID): SentryTrace {
  return { traceId, parentSpanId: SPAN_ID, ...(sampled !== undefined && { sampled }) };
}

function without(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(DSC).filter(([name]) => !names.includes(name)));
}

function continued(trace: SentryTrace, dsc: DynamicSamplingContext, rules: ContinuationRules): IncomingTrace {
  return incomingTrace(trace, { dsc, member: name => dsc[name] }, rules);
}

describe('incomingTrace', () => {
  it('takes the context of the head as it came', () => {
    const { traceId, parentSpanId, sampled, dsc, sampleRand, isRefused } = continued(
      header(true),
      DSC,
      RULES,
    );
    assert.deepEqual(
      { traceId, parentSpanId, sampled, dsc, sampleRand, isRefused },
      {
        traceId: TRACE_ID,
        parentSpanId: SPAN_ID,
        sampled: true,
        dsc: DSC,
        sampleRand: 0.25,
        isRefused: false,
      },
    );
  });

  it('leaves what was received as it is', () => {
    const received = without('sample_rand');
    continued(header(true), received, RULES);
    assert.deepEqual(received, without('sample_rand'));
  });

  it('keeps what it does not know', () => {
    const dsc = { ...DSC, replay_id: 'r', segment_name: 's', future: 'f' };
    assert.deepEqual({ ...continued(header(true), dsc, RULES).dsc }, dsc);
  });

  it('keeps values that others would refuse', () => {
    const dsc = { ...DSC, sample_rate: 'bogus', public_key: 'bogus', sampled: 'bogus' };
    assert.deepEqual({ ...continued(header(true), dsc, RULES).dsc }, dsc);
  });

  describe('decision', () => {
    const cases: readonly (readonly [
      flag: boolean | undefined,
      member: string | undefined,
      sampled: boolean | undefined,
    ])[] = [
      [true, undefined, true],
      [false, undefined, false],
      [undefined, undefined, undefined],
      [undefined, 'true', true],
      [undefined, 'false', false],
      [true, 'false', true],
      [false, 'true', false],
      [undefined, 'True', undefined],
      [undefined, '1', undefined],
      [undefined, '', undefined],
    ];
    for (const [flag, member, sampled] of cases) {
      it(`is ${sampled} when the flag says ${flag} and the context "${member}"`, () => {
        const dsc = { ...without('sampled'), ...(member !== undefined && { sampled: member }) };
        const incoming = continued(header(flag), dsc, RULES);
        assert.equal(incoming.sampled, sampled);
        assert.equal(incoming.dsc['sampled'], member);
      });
    }
  });

  describe('sample_rand', () => {
    for (const text of ['0', '0.000000', '0.5', '0.999999', '1e-8', '0.12345678901234567890']) {
      it(`is taken as it came when it is ${text}`, () => {
        const { dsc, sampleRand } = continued(header(true), { ...DSC, sample_rand: text }, RULES);
        assert.equal(sampleRand, Number(text));
        assert.equal(dsc['sample_rand'], text);
      });
    }

    for (const text of [undefined, '1', '1.5', '-0.1', 'bogus', '0x0', '0x1', 'NaN', '0.3abc', ' 0.3']) {
      for (const sampled of [true, false, undefined]) {
        it(`is filled in to agree with a decision of ${sampled} when it is ${text}`, () => {
          const given = {
            ...without('sample_rand', 'sampled'),
            ...(text !== undefined && { sample_rand: text }),
          };
          const { dsc, sampleRand } = continued(header(sampled), given, RULES);
          assert.equal(sampleRand, backfillSampleRand(TRACE_ID, sampled, 0.5));
          assert.equal(dsc['sample_rand'], sampleRand.toFixed(6));
          if (sampled !== undefined) assert.equal(sampleRand < 0.5, sampled);
        });
      }
    }

    it('is filled in by the decision of the context when the flag is missing', () => {
      const given = { ...without('sample_rand'), sampled: 'false', sample_rate: '0.999' };
      assert.ok(continued(header(), given, RULES).sampleRand >= 0.999);
    });

    for (const rate of [undefined, 'bogus', '2', '-1']) {
      it(`is that of the trace when the rate is ${rate}`, () => {
        const given = {
          ...without('sample_rand', 'sample_rate'),
          ...(rate !== undefined && { sample_rate: rate }),
        };
        assert.equal(continued(header(true), given, RULES).sampleRand, sampleRandOf(TRACE_ID));
      });
    }

    it('changes nothing else in the context', () => {
      const { sample_rand: _, ...rest } = {
        ...continued(header(true), without('sample_rand'), RULES).dsc,
      };
      assert.deepEqual(rest, without('sample_rand'));
    });
  });

  describe('without a context', () => {
    it('has an empty one, and the number of the trace', () => {
      const incoming = continued(header(true), {}, RULES);
      assert.deepEqual(incoming.dsc, {});
      assert.equal(incoming.sampled, true);
      assert.equal(incoming.sampleRand, sampleRandOf(TRACE_ID));
    });
  });

  describe('with the context of another trace', () => {
    const stale = { ...DSC, trace_id: OTHER_TRACE_ID, sampled: 'false' };

    it('goes on with an empty context', () => {
      const incoming = continued(header(true), stale, RULES);
      assert.deepEqual(incoming.dsc, {});
      assert.equal(incoming.isRefused, false);
      assert.equal(incoming.sampleRand, sampleRandOf(TRACE_ID));
    });

    it('does not take its decision', () => {
      assert.equal(continued(header(), stale, RULES).sampled, undefined);
    });
  });

  it('takes a context that does not name its trace for that of this one', () => {
    assert.deepEqual({ ...continued(header(true), without('trace_id'), RULES).dsc }, without('trace_id'));
  });

  describe('of an organisation', () => {
    const table: readonly (readonly [
      theirs: string | undefined,
      ours: string | undefined,
      loose: boolean,
      strict: boolean,
    ])[] = [
      ['1', '1', true, true],
      [undefined, '1', true, false],
      ['1', undefined, true, false],
      [undefined, undefined, true, true],
      ['1', '2', false, false],
      ['01', '1', false, false],
      ['1 ', '1', false, false],
    ];
    for (const [theirs, ours, loose, strict] of table) {
      for (const strictTraceContinuation of [false, true]) {
        const continues = strictTraceContinuation ? strict : loose;
        it(`is ${continues ? 'continued' : 'refused'} when it is ${theirs}, ours is ${ours}, and strict is ${strictTraceContinuation}`, () => {
          const dsc = { ...without('org_id'), ...(theirs !== undefined && { org_id: theirs }) };
          const incoming = continued(header(true), dsc, { orgId: ours, strictTraceContinuation });
          assert.equal(incoming.isRefused, !continues);
        });
      }
    }

    it('leaves nothing of a refused trace but its ids', () => {
      assert.deepEqual(
        { ...continued(header(true), DSC, { ...RULES, orgId: '8' }) },
        {
          traceId: TRACE_ID,
          parentSpanId: SPAN_ID,
          sampled: undefined,
          dsc: {},
          sampleRand: 0,
          isRefused: true,
        },
      );
    });

    it('is refused in strict mode when nothing but the ids came', () => {
      assert.equal(
        continued(header(true), {}, { orgId: '7', strictTraceContinuation: true }).isRefused,
        true,
      );
    });
  });

  it('always has a number that fits on the wire and agrees with the decision', () => {
    const member = fc.constantFrom('0', '0.25', '0.999999', '1', 'bogus', '-1', '0.5');
    const dsc: fc.Arbitrary<DynamicSamplingContext> = fc.record(
      { sample_rand: member, sample_rate: member, sampled: fc.constantFrom('true', 'false', 'x') },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyTraceId, anyDecision, dsc, (traceId, sampled, dsc) => {
        const incoming = continued(header(sampled, traceId), { ...dsc }, RULES);
        assert.ok(incoming.sampleRand >= 0 && incoming.sampleRand < 1);
        const sent = incoming.dsc['sample_rand'];
        if (Object.keys(incoming.dsc).length > 0) assert.equal(parseSampleRand(sent), incoming.sampleRand);
      }),
    );
  });
});
