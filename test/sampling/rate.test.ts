import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseRate } from '../../src/sampling/rate.js';

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

describe('parseRate', () => {
  const rates: readonly (readonly [value: unknown, rate: number])[] = [
    [0, 0],
    [1, 1],
    [0.2, 0.2],
    [1e-7, 1e-7],
    [Number.MIN_VALUE, Number.MIN_VALUE],
    [true, 1],
    [false, 0],
    ['0', 0],
    ['1', 1],
    ['1.0', 1],
    ['1.', 1],
    ['.5', 0.5],
    ['0.25', 0.25],
    ['1e-1', 0.1],
    ['1E-1', 0.1],
    ['10e-1', 1],
    ['5e-10', 5e-10],
    ['0.5e0', 0.5],
    ['00.5', 0.5],
    ['.25', 0.25],
    ['+0.5', 0.5],
    [' 0.5 ', 0.5],
    ['\t0.5\n', 0.5],
  ];
  for (const [value, rate] of rates) {
    it(`reads ${shown(value)} as ${rate}`, () => assert.equal(parseRate(value), rate));
  }

  const others: readonly unknown[] = [
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0.1,
    1.1,
    1.000_000_1,
    2,
    -1,
    1n,
    '',
    ' ',
    'true',
    'false',
    'abc',
    '0.5abc',
    'abc0.5',
    '0x1',
    '0b1',
    '1.1',
    '-0.5',
    '1,0',
    '0,5',
    '50%',
    'NaN',
    'Infinity',
    '1e',
    'e1',
    '.',
    '+',
    '0 5',
    '1e999',
    [],
    [0.5],
    ['0.5'],
    {},
    { valueOf: () => 0.5 },
    Object(0.5),
    new Date(0),
    Symbol('0.5'),
    () => 0.5,
    Promise.resolve(0.5),
  ];
  for (const value of others) {
    const kind = typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
    it(`does not read ${kind === 'Object' ? 'an object' : `${shown(value)} (${kind})`}`, () => {
      assert.equal(parseRate(value), undefined);
    });
  }

  it('reads every number from 0 to 1 as itself, as a number and as text', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), rate => {
        assert.equal(parseRate(rate), rate);
        assert.equal(parseRate(String(rate)), rate === 0 ? 0 : rate);
      }),
    );
  });

  it('gives a number from 0 to 1 or nothing, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything({ withBigInt: true, withDate: true }), fc.string()), value => {
        const rate = parseRate(value);
        assert.ok(rate === undefined || (rate >= 0 && rate <= 1));
      }),
    );
  });

  it('refuses a long text quickly', () => {
    const start = performance.now();
    for (const unit of ['1', '1.', ' ', '1e', '.']) parseRate(unit.repeat(1_000_000));
    assert.ok(performance.now() - start < 1000);
  });
});
