import assert from 'node:assert/strict';
import {
  booleanOption,
  checkedOption,
  choiceOption,
  describe as describeValue,
  isRecord,
  isString,
  listOption,
  numberOption,
  recordOption,
  refuse,
  stringOption,
} from '../../src/config/validate.js';

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}

function assertRefused(check: () => unknown, message: string): void {
  assert.throws(check, { name: 'TypeError', message });
}

class Named {
  readonly name = 'named';
}

describe('describe', () => {
  const cases: readonly (readonly [value: unknown, text: string])[] = [
    ['text', '"text"'],
    ['', '""'],
    ['a "quoted" word', String.raw`"a \"quoted\" word"`],
    ['line\nbreak', String.raw`"line\nbreak"`],
    ['x'.repeat(60), `"${'x'.repeat(60)}"`],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
    [7, '7'],
    [-0.5, '-0.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [7n, '7'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('x'), 'Symbol(x)'],
    [() => 'secret', 'a function'],
    [Named, 'a function'],
    [['secret'], 'a list'],
    [[], 'a list'],
    [{ key: 'secret' }, 'an object'],
    [new Named(), 'an object'],
    [Object.create(null), 'an object'],
    [new Map([['key', 'secret']]), 'an object'],
    [Buffer.from('secret'), 'an object'],
    [new Date(0), 'an object'],
    [/secret/, 'an object'],
    [Promise.resolve('secret'), 'an object'],
  ];
  for (const [value, text] of cases) {
    it(`shows ${text.slice(0, 30)}`, () => assert.equal(describeValue(value), text));
  }

  it('never shows the inside of an object', () => {
    const value = { toString: () => 'secret', toJSON: () => 'secret', valueOf: () => 'secret' };
    assert.equal(describeValue(value), 'an object');
  });

  it('is short, whatever it is given', () => {
    assert.ok(describeValue('x'.repeat(1_000_000)).length < 70);
  });
});

describe('refuse', () => {
  it('throws a TypeError that names option, expectation and value', () => {
    assertRefused(() => refuse('rate', 'a number', 'much'), 'rate must be a number, got "much"');
  });
});

describe('stringOption', () => {
  it('takes text, empty text included', () => {
    assert.equal(stringOption({ a: 'x' }, 'a'), 'x');
    assert.equal(stringOption({ a: '' }, 'a'), '');
  });

  it('takes what is not there for not given', () => {
    assert.equal(stringOption({}, 'a'), undefined);
    assert.equal(stringOption({ a: undefined }, 'a'), undefined);
  });

  for (const value of [null, 7, true, [], {}, () => 'x', Object('x')]) {
    it(`refuses ${describeValue(value)}`, () => {
      assertRefused(() => stringOption({ a: value }, 'a'), `a must be a string, got ${describeValue(value)}`);
    });
  }
});

describe('booleanOption', () => {
  for (const value of [true, false, undefined]) {
    it(`takes ${value}`, () => assert.equal(booleanOption({ a: value }, 'a'), value));
  }

  for (const value of [null, 0, 1, 'true', 'false', '', []]) {
    it(`refuses ${describeValue(value)}`, () => {
      assertRefused(
        () => booleanOption({ a: value }, 'a'),
        `a must be true or false, got ${describeValue(value)}`,
      );
    });
  }
});

describe('numberOption', () => {
  for (const value of [1, 5, 9.5, 10, undefined]) {
    it(`takes ${value}`, () => assert.equal(numberOption({ a: value }, 'a', 1, 10), value));
  }

  for (const value of [
    0,
    0.999,
    10.001,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '5',
    null,
    true,
    5n,
    [5],
  ]) {
    it(`refuses ${describeValue(value)}`, () => {
      const message = `a must be a number from 1 to 10, got ${describeValue(value)}`;
      assertRefused(() => numberOption({ a: value }, 'a', 1, 10), message);
    });
  }

  it('does not name an upper limit that nobody reaches', () => {
    assertRefused(
      () => numberOption({ a: 0 }, 'a', 1, Number.MAX_SAFE_INTEGER),
      'a must be a number of at least 1, got 0',
    );
  });
});

describe('choiceOption', () => {
  it('takes one of the choices, or none', () => {
    assert.equal(choiceOption({ a: 'x' }, 'a', ['x', 'y']), 'x');
    assert.equal(choiceOption({}, 'a', ['x', 'y']), undefined);
  });

  for (const value of ['z', 'X', '', null, 0, ['x'], Object('x')]) {
    it(`refuses ${describeValue(value)}`, () => {
      const message = `a must be 'x' or 'y', got ${describeValue(value)}`;
      assertRefused(() => choiceOption({ a: value }, 'a', ['x', 'y']), message);
    });
  }
});

describe('checkedOption', () => {
  it('takes what the check takes, or nothing', () => {
    assert.equal(checkedOption({ a: 7 }, 'a', 'positive', isPositive), 7);
    assert.equal(checkedOption({}, 'a', 'positive', isPositive), undefined);
  });

  it('refuses everything else', () => {
    assertRefused(() => checkedOption({ a: -7 }, 'a', 'positive', isPositive), 'a must be positive, got -7');
    assertRefused(
      () => checkedOption({ a: null }, 'a', 'positive', isPositive),
      'a must be positive, got null',
    );
  });
});

describe('listOption', () => {
  it('takes a list of what the check takes, or nothing', () => {
    assert.deepEqual(listOption({ a: ['x', 'y'] }, 'a', 'strings', isString), ['x', 'y']);
    assert.deepEqual(listOption({ a: [] }, 'a', 'strings', isString), []);
    assert.equal(listOption({}, 'a', 'strings', isString), undefined);
  });

  for (const value of ['x', null, {}, new Set(['x']), 7]) {
    it(`refuses ${describeValue(value)} in its place`, () => {
      const message = `a must be a list of strings, got ${describeValue(value)}`;
      assertRefused(() => listOption({ a: value }, 'a', 'strings', isString), message);
    });
  }

  it('names the element that is wrong', () => {
    assertRefused(() => listOption({ a: ['x', 7] }, 'a', 'strings', isString), 'a[1] must be strings, got 7');
    assertRefused(
      () => listOption({ a: [['x']] }, 'a', 'strings', isString),
      'a[0] must be strings, got a list',
    );
  });

  it('does not change when the list that was given does', () => {
    const given = ['x'];
    const list = listOption({ a: given }, 'a', 'strings', isString);
    given.push('y');
    assert.deepEqual(list, ['x']);
  });
});

describe('recordOption', () => {
  it('takes an object of what the check takes, or nothing', () => {
    assert.deepEqual(recordOption({ a: { k: 'x' } }, 'a', 'strings', isString), { k: 'x' });
    assert.deepEqual(recordOption({ a: {} }, 'a', 'strings', isString), {});
    assert.equal(recordOption({}, 'a', 'strings', isString), undefined);
  });

  for (const value of ['x', null, ['x'], 7, () => ({})]) {
    it(`refuses ${describeValue(value)} in its place`, () => {
      const message = `a must be an object of strings, got ${describeValue(value)}`;
      assertRefused(() => recordOption({ a: value }, 'a', 'strings', isString), message);
    });
  }

  it('names the member that is wrong', () => {
    assertRefused(
      () => recordOption({ a: { k: 'x', l: null } }, 'a', 'strings', isString),
      'a.l must be strings, got null',
    );
  });

  it('does not change when the object that was given does', () => {
    const given: Record<string, string> = { k: 'x' };
    const record = recordOption({ a: given }, 'a', 'strings', isString);
    given['k'] = 'y';
    assert.deepEqual(record, { k: 'x' });
  });
});

describe('isRecord', () => {
  for (const value of [{}, Object.create(null), new Named(), new Map()]) {
    it(`takes an object made by ${Object.prototype.toString.call(value)}`, () =>
      assert.equal(isRecord(value), true));
  }

  for (const value of [null, undefined, [], 'x', 7, () => 1]) {
    it(`does not take ${describeValue(value)}`, () => assert.equal(isRecord(value), false));
  }
});
