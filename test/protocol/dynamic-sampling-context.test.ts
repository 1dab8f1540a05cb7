import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  EMPTY_DSC,
  envelopeTrace,
  headDsc,
  isEmptyDsc,
  parseSampleRand,
  parseSampleRate,
  withSampleRate,
  type DynamicSamplingContext,
  type HeadOfTrace,
} from '../../src/protocol/dynamic-sampling-context.js';
import { DSC, OTHER_TRACE_ID, PUBLIC_KEY, TRACE_ID } from '../support/trace-headers.js';

const HEAD: HeadOfTrace = {
  traceId: TRACE_ID,
  publicKey: PUBLIC_KEY,
  orgId: '7',
  environment: 'production',
  release: 'shop@1.2.3',
  transaction: 'GET /shop/:id',
  sampled: true,
  sampleRand: '0.123456',
  sampleRate: 0.25,
};

describe('headDsc', () => {
  it('says everything that is known', () => {
    assert.deepEqual(
      { ...headDsc(HEAD) },
      {
        environment: 'production',
        release: 'shop@1.2.3',
        public_key: PUBLIC_KEY,
        trace_id: TRACE_ID,
        org_id: '7',
        transaction: 'GET /shop/:id',
        sampled: 'true',
        sample_rand: '0.123456',
        sample_rate: '0.25',
      },
    );
  });

  const absent: readonly (readonly [key: keyof HeadOfTrace, member: string])[] = [
    ['orgId', 'org_id'],
    ['environment', 'environment'],
    ['release', 'release'],
    ['transaction', 'transaction'],
    ['sampled', 'sampled'],
    ['sampleRate', 'sample_rate'],
  ];
  for (const [key, member] of absent) {
    it(`does not mention ${member} when it is not known`, () => {
      const dsc = headDsc({ ...HEAD, [key]: undefined });
      assert.equal(member in dsc, false);
      assert.equal(Object.keys(dsc).length, 8);
    });
  }

  it('is empty without a public key, as nobody takes a context that lacks one', () => {
    assert.deepEqual(headDsc({ ...HEAD, publicKey: undefined }), {});
    assert.deepEqual(headDsc({ ...HEAD, publicKey: '' }), {});
  });

  for (const key of ['orgId', 'environment', 'release', 'transaction'] as const) {
    it(`takes an empty ${key} for none`, () => {
      assert.equal(Object.keys(headDsc({ ...HEAD, [key]: '' })).length, 8);
    });
  }

  it('says that a trace is dropped', () => {
    const { sampled, sample_rate: rate } = headDsc({ ...HEAD, sampled: false, sampleRate: 0 });
    assert.deepEqual([sampled, rate], ['false', '0']);
  });

  const rates: readonly (readonly [rate: number, text: string])[] = [
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.7, '0.7'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e-7, '1e-7'],
  ];
  for (const [sampleRate, text] of rates) {
    it(`writes a rate of ${sampleRate} as ${text}, a JSON number`, () => {
      const { sample_rate: written = '' } = headDsc({ ...HEAD, sampleRate });
      assert.equal(written, text);
      assert.equal(JSON.parse(written), sampleRate === 0 ? 0 : sampleRate);
    });
  }
});

describe('withSampleRate', () => {
  it('replaces the rate and nothing else', () => {
    assert.deepEqual({ ...withSampleRate(DSC, 0.9) }, { ...DSC, sample_rate: '0.9' });
  });

  it('adds the rate when there was none', () => {
    const { sample_rate: _, ...without } = DSC;
    assert.deepEqual({ ...withSampleRate(without, 0) }, { ...DSC, sample_rate: '0' });
  });

  it('does not touch what it was given', () => {
    withSampleRate(DSC, 0.9);
    assert.equal(DSC['sample_rate'], '0.5');
  });

  it('is the same context when no rate was applied', () => assert.equal(withSampleRate(DSC, undefined), DSC));

  it('stays empty when the head sent nothing', () => {
    assert.equal(withSampleRate(EMPTY_DSC, 0.9), EMPTY_DSC);
    assert.deepEqual(withSampleRate({}, 0.9), {});
  });

  it('leaves the context it was given as it is', () => {
    const dsc = { ...DSC };
    withSampleRate(dsc, 0.9);
    assert.deepEqual(dsc, DSC);
  });
});

describe('isEmptyDsc', () => {
  it('is true without members', () => {
    assert.equal(isEmptyDsc(EMPTY_DSC), true);
    assert.equal(isEmptyDsc({}), true);
  });

  it('is false with one', () => assert.equal(isEmptyDsc({ release: '1' }), false));

  it('holds for the constant, which cannot be changed', () => assert.ok(Object.isFrozen(EMPTY_DSC)));
});

describe('envelopeTrace', () => {
  const MINIMAL = { trace_id: TRACE_ID, public_key: PUBLIC_KEY };

  function traceOf(dsc: DynamicSamplingContext): Record<string, string> {
    return { ...envelopeTrace(dsc, TRACE_ID, PUBLIC_KEY) };
  }

  it('is the context of another head as it came', () => assert.deepEqual(traceOf(DSC), { ...DSC }));

  it('is the context of our own', () => {
    const own = headDsc(HEAD);
    assert.deepEqual(traceOf(own), { ...own });
  });

  it('is not copied when Sentry takes all of it', () => {
    for (const dsc of [DSC, MINIMAL]) assert.equal(envelopeTrace(dsc, TRACE_ID, PUBLIC_KEY), dsc);
  });

  it('keeps what it does not know', () => {
    assert.equal(traceOf({ ...DSC, segment_name: 'x', future: 'y' })['future'], 'y');
  });

  describe('is trace and key of our own', () => {
    const unusable: readonly (readonly [dsc: DynamicSamplingContext, why: string])[] = [
      [{}, 'when the head sent nothing'],
      [{ ...DSC, trace_id: OTHER_TRACE_ID }, 'when it speaks of another trace'],
      [{ ...DSC, trace_id: TRACE_ID.toUpperCase() }, 'when it writes the trace in another way'],
      [{ ...DSC, trace_id: '' }, 'when it names an empty trace'],
      [{ ...DSC, public_key: '' }, 'when the key is empty'],
      [{ ...DSC, public_key: 'key' }, 'when the key is none'],
      [{ ...DSC, public_key: PUBLIC_KEY.slice(1) }, 'when the key is too short'],
      [{ ...DSC, public_key: `${PUBLIC_KEY}0` }, 'when the key is too long'],
      [{ ...DSC, public_key: PUBLIC_KEY.toUpperCase() }, 'when the key is in upper case'],
      [{ ...DSC, public_key: `${PUBLIC_KEY}\n` }, 'when a line break follows the key'],
    ];
    for (const [dsc, why] of unusable) it(why, () => assert.deepEqual(traceOf(dsc), MINIMAL));

    it('when it names no trace', () => {
      const { trace_id: _, ...dsc } = DSC;
      assert.deepEqual(traceOf(dsc), MINIMAL);
    });

    it('when it names no key', () => {
      const { public_key: _, ...dsc } = DSC;
      assert.deepEqual(traceOf(dsc), MINIMAL);
    });
  });

  it('takes a key like ours, whatever it looks like', () => {
    const dsc = { ...DSC, public_key: 'selfhosted' };
    assert.deepEqual({ ...envelopeTrace(dsc, TRACE_ID, 'selfhosted') }, dsc);
  });

  const members: readonly (readonly [name: string, kept: readonly string[], dropped: readonly string[]])[] = [
    [
      'sample_rate',
      ['0', '1', '0.5', '1.0', '1e-7', '2.5E+3', '10'],
      ['bogus', '', '-0.1', '.5', '5.', '0x1', '01', 'NaN', 'Infinity', ' 0.5', '0.5 ', '0,5', '1e', '"1"'],
    ],
    [
      'sample_rand',
      ['0', '0.5', '0.999999', '1e-7', '0.12345678901234567890'],
      ['1', '1.5', '-0.1', 'bogus', '', '0x0', 'NaN', '0.5abc', ' 0.5', '9'.repeat(100)],
    ],
    [
      'replay_id',
      [
        '12312012123120121231201212312012',
        '12312012-1231-2012-1231-201212312012',
        'ABCDEF00123120121231201212312012',
      ],
      ['', 'replay', '123', '1231201212312012123120121231201g', '{12312012-1231-2012-1231-201212312012}'],
    ],
    ['sampled', ['true', 'false'], ['', '1', 'True', 'yes', 'null']],
  ];
  for (const [name, kept, dropped] of members) {
    for (const value of kept) {
      it(`keeps a ${name} of "${value}"`, () =>
        assert.equal(traceOf({ ...DSC, [name]: value })[name], value));
    }
    for (const value of dropped) {
      const text = value.length > 40 ? `${value.slice(0, 40)}…` : value;
      it(`leaves out a ${name} of "${text}" and nothing else`, () => {
        const { [name]: _, ...rest } = { ...DSC, [name]: value };
        assert.deepEqual(traceOf({ ...DSC, [name]: value }), rest);
      });
    }
    it(`does not invent a ${name}`, () => {
      const { [name]: _, ...without } = { ...DSC, [name]: '' };
      assert.deepEqual(traceOf(without), without);
    });
  }

  it('does not touch what it was given', () => {
    const dsc = Object.freeze({ ...DSC, sample_rate: 'bogus' });
    traceOf(dsc);
    assert.equal(dsc.sample_rate, 'bogus');
  });

  it('is always one that Sentry takes', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('0.5', 'true', TRACE_ID, PUBLIC_KEY, '1', '-1'));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(DSC), 'replay_id'), text), dsc => {
        const trace = traceOf(dsc);
        assert.equal(trace['trace_id'], TRACE_ID);
        assert.match(trace['public_key'] ?? '', /^[\da-f]{32}$/);
        const rate: unknown = JSON.parse(trace['sample_rate'] ?? '0');
        assert.ok(typeof rate === 'number' && rate >= 0);
        const rand = Number(trace['sample_rand'] ?? '0');
        assert.ok(rand >= 0 && rand < 1);
      }),
    );
  });
});

describe('parseSampleRate', () => {
  const cases: readonly (readonly [text: string | undefined, rate: number | undefined])[] = [
    ['0', 0],
    ['1', 1],
    ['1.0', 1],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['1e-7', 1e-7],
    ['1E-7', 1e-7],
    [undefined, undefined],
    ['', undefined],
    ['1.0000001', undefined],
    ['2', undefined],
    ['-0.5', undefined],
    ['-0', undefined],
    ['+0.5', undefined],
    ['0.5abc', undefined],
    ['abc', undefined],
    ['0x1', undefined],
    ['0b1', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['true', undefined],
    [' 0.5', undefined],
    ['0.5 ', undefined],
    ['0,5', undefined],
    ['1_0', undefined],
    ['0.5.5', undefined],
    ['1e', undefined],
    ['e1', undefined],
    ['1e999', undefined],
    [`0.${'5'.repeat(62)}`, 5 / 9],
    [`0.${'5'.repeat(63)}`, undefined],
    [`0.${'3'.repeat(1_000_000)}`, undefined],
  ];
  for (const [text, rate] of cases) {
    const name = text === undefined || text.length < 40 ? `"${text}"` : `${text.length} characters`;
    it(`reads ${name} as ${rate}`, () => assert.equal(parseSampleRate(text), rate));
  }
});

describe('parseSampleRand', () => {
  const cases: readonly (readonly [text: string | undefined, rand: number | undefined])[] = [
    ['0', 0],
    ['0.000000', 0],
    ['0.5', 0.5],
    ['0.999999', 0.999999],
    ['0.12345678901234567890', 0.123_456_789_012_345_68],
    ['1e-8', 1e-8],
    [undefined, undefined],
    ['', undefined],
    ['1', undefined],
    ['1.0', undefined],
    ['0.99999999999999999999', undefined],
    ['-0.1', undefined],
    ['-0', undefined],
    ['0.3abc', undefined],
    ['0x0', undefined],
    ['NaN', undefined],
    [' 0.1', undefined],
  ];
  for (const [text, rand] of cases) {
    it(`reads "${text}" as ${rand}`, () => assert.equal(parseSampleRand(text), rand));
  }

  it('reads every number from 0 to below 1 as itself', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), rand => {
        assert.equal(parseSampleRand(String(Math.abs(rand))), Math.abs(rand));
      }),
    );
  });
});
