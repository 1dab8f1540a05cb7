import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  formatSentryBaggage,
  hasSentryMembers,
  mergeSentryBaggage,
  parseSentryBaggage,
  withoutSentryMembers,
} from '../../src/protocol/baggage.js';
import type { DynamicSamplingContext } from '../../src/protocol/dynamic-sampling-context.js';
import { MAX_BAGGAGE_CHARS } from '../../src/protocol/limits.js';
import { assertLinear } from '../support/growth.js';
import { baggageOf, DSC } from '../support/trace-headers.js';
import { NOT_STRINGS, untypedCall } from '../support/untyped.js';

const MEGABYTE = 1024 * 1024;

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 70 ? `${json.slice(0, 70)}…` : json;
}

/** Names that may stand in a context, and values that survive the way there and back. */
const anyName = fc
  .string({ unit: fc.constantFrom(...Array.from('abcxyzABC019_-')), minLength: 1, maxLength: 12 })
  .filter(name => !(name in Object.prototype));
const anyValue = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const anyDsc: fc.Arbitrary<DynamicSamplingContext> = fc.dictionary(anyName, anyValue, { maxKeys: 8 });

/** A header as others write it, or try to. */
const anyMember = fc.oneof(
  fc.constantFrom(
    'tenant=42',
    ' a = b ; p=1;q',
    'x=sentry-release',
    'Sentry-release=1',
    '',
    ' ',
    'größe=%C3',
    '"q"',
  ),
  fc.string({ maxLength: 20 }).map(text => text.replaceAll(',', ';')),
);
const anyOwnMember = fc.constantFrom(
  'sentry-release=old',
  ' sentry-trace_id=1',
  '\tsentry-x',
  'sentry-=;p',
  'sentry-',
);
const anyHeader = fc
  .array(fc.oneof(anyMember, anyOwnMember), { maxLength: 10 })
  .map(members => members.join(','));

/** The header less Sentry's members, by the shortest way to say it. */
function othersOf(header: string): string {
  return header
    .split(',')
    .filter(member => !/^\s*sentry-/.test(member))
    .join(',');
}

describe('parseSentryBaggage', () => {
  const cases: readonly (readonly [header: string, expected: Record<string, string>, why: string])[] = [
    ['', {}, 'empty text'],
    [' , ,\t,', {}, 'commas and blanks only'],
    ['tenant=42,user=7', {}, "others' members only"],
    ['sentry-environment=prod', { environment: 'prod' }, 'one member'],
    ['sentry-environment=prod,sentry-sampled=true', { environment: 'prod', sampled: 'true' }, 'two members'],
    ['a=1,sentry-release=2,b=3', { release: '2' }, "a member among others'"],
    [' sentry-release = 2 ', { release: '2' }, 'blanks around everything'],
    ['\tsentry-release\t=\t2\t,\tsentry-dist=3', { release: '2', dist: '3' }, 'tabs around everything'],
    ['sentry-release=2;p=1;q', { release: '2' }, 'properties are no part of the value'],
    ['sentry-release=2 ;p=1', { release: '2' }, 'a blank before the properties'],
    ['sentry-release=;p=1', {}, 'properties without a value'],
    ['sentry-transaction=GET%20%2Fshop', { transaction: 'GET /shop' }, 'a percent-encoded value'],
    ['sentry-release=a%2Cb%3Bc%3Dd', { release: 'a,b;c=d' }, 'encoded separators'],
    ['sentry-release=a=b=c', { release: 'a=b=c' }, 'equals signs within the value'],
    ['sentry-release=a+b', { release: 'a+b' }, 'a plus sign is no blank'],
    ['sentry-release=größe', { release: 'größe' }, 'letters that should have been encoded'],
    ['sentry-release=%F0%9F%9A%80', { release: '🚀' }, 'an encoded emoji'],
    ['sentry-release=\ud800', { release: '\ud800' }, 'half a surrogate pair'],
    ['sentry-release=%', {}, 'a dangling percent sign'],
    ['sentry-release=%zz,sentry-dist=3', { dist: '3' }, 'a broken escape spoils its own member only'],
    [
      'sentry-release=%ED%A0%80,sentry-dist=3',
      { dist: '3' },
      'an encoded surrogate spoils its own member only',
    ],
    ['sentry-release=', {}, 'an empty value'],
    ['sentry-release= ,sentry-dist=3', { dist: '3' }, 'a blank value'],
    ['sentry-sample_rate=0', { sample_rate: '0' }, 'zero is a value'],
    ['sentry-release,sentry-dist=3', { dist: '3' }, 'a member without a value'],
    ['sentry-=x', {}, 'an empty name'],
    ['sentry-a-b-c=1', { 'a-b-c': '1' }, 'dashes within the name'],
    ['sentry-a.b=1', {}, 'a name with other characters'],
    ['sentry-a b=1', {}, 'a name with a blank'],
    ['%73entry-release=1', {}, 'an encoded prefix is not the prefix'],
    ['sentry-%72elease=1', {}, 'an encoded name is not decoded'],
    ['Sentry-release=1,SENTRY-dist=2', {}, 'the prefix in another case'],
    ['xsentry-release=1', {}, 'a name that ends like the prefix'],
    ['other=sentry-release=1', {}, 'the prefix within a value'],
    ['other=x;sentry-release=1', {}, 'the prefix within properties'],
    ['sentry-release=1,sentry-release=2', { release: '2' }, 'the later of two members'],
    ['sentry-release=1,sentry-release=', { release: '1' }, 'the later of two members unless it is empty'],
    ['sentry-release=1,sentry-release=%', { release: '1' }, 'the later of two members unless it is broken'],
    ['sentry-trace_id=sentry-release=1', { trace_id: 'sentry-release=1' }, 'the prefix within an own value'],
    ['sentry-future=1', { future: '1' }, 'a name nobody knows yet'],
    ['sentry-__proto__=1,sentry-constructor=2,sentry-toString=3', {}, 'names of Object.prototype'],
    ['sentry-hasOwnProperty=1,sentry-dist=2', { dist: '2' }, 'names of Object.prototype among others'],
    ['sentry-release=a\r\nx: y', { release: 'a\r\nx: y' }, 'line breaks are not ours to judge'],
    [',sentry-release=1,', { release: '1' }, 'empty members'],
    ['\u00a0sentry-release=1', {}, 'a no-break space in front'],
  ];
  for (const [header, expected, why] of cases) {
    it(`reads ${shown(header)}: ${why}`, () => assert.deepEqual(parseSentryBaggage(header), expected));
  }

  describe('given a list', () => {
    const lists: readonly (readonly [
      value: readonly unknown[],
      expected: Record<string, string>,
      why: string,
    ])[] = [
      [[], {}, 'nothing'],
      [['sentry-release=1', 'sentry-dist=2'], { release: '1', dist: '2' }, 'all values together'],
      [['sentry-release=1', 'sentry-release=2'], { release: '2' }, 'the later value'],
      [['tenant=1', 'sentry-dist=2'], { dist: '2' }, "a value behind others'"],
      [
        [undefined, null, 7, {}, ['sentry-dist=1'], 'sentry-dist=2'],
        { dist: '2' },
        'text among what is none',
      ],
      [[Buffer.from('sentry-dist=1'), 'sentry-release=2'], { dist: '1', release: '2' }, 'bytes and text'],
      [['', '', 'sentry-dist=2'], { dist: '2' }, 'a value behind empty ones'],
    ];
    for (const [value, expected, why] of lists) {
      it(`reads ${why}`, () => assert.deepEqual(parseSentryBaggage(value), expected));
    }
  });

  it('reads bytes as text', () => {
    assert.deepEqual(parseSentryBaggage(Buffer.from('sentry-release=größe')), { release: 'größe' });
    assert.deepEqual(parseSentryBaggage(new Uint8Array(Buffer.from('sentry-dist=2'))), { dist: '2' });
  });

  for (const [name, value] of NOT_STRINGS) {
    it(`is empty for ${name}`, () => assert.deepEqual(parseSentryBaggage(value), {}));
  }

  describe('when there is too much of it', () => {
    const own = 'sentry-release=1';
    const last = 'sentry-dist=2';
    const filler = (chars: number) => `x=${'y'.repeat(chars - 2)}`;

    it('reads a member that ends with the limit', () => {
      const header = `${filler(MAX_BAGGAGE_CHARS - own.length - 1)},${own}`;
      assert.equal(header.length, MAX_BAGGAGE_CHARS);
      assert.deepEqual(parseSentryBaggage(header), { release: '1' });
    });

    it('reads a member that ends with the limit when more follows', () => {
      const header = `${filler(MAX_BAGGAGE_CHARS - own.length - 1)},${own},${last}`;
      assert.deepEqual(parseSentryBaggage(header), { release: '1' });
    });

    it('does not read part of a member that goes past the limit', () => {
      const header = `${own},${filler(MAX_BAGGAGE_CHARS - own.length - last.length)},${last}`;
      assert.equal(header.length, MAX_BAGGAGE_CHARS + 2);
      assert.deepEqual(parseSentryBaggage(header), { release: '1' });
    });

    it('does not read a member whose name goes past the limit', () => {
      const header = `${own},${filler(MAX_BAGGAGE_CHARS - own.length - 6)},${last}`;
      assert.deepEqual(parseSentryBaggage(header), { release: '1' });
    });

    it('does not read what follows the limit', () => {
      assert.deepEqual(parseSentryBaggage(`${filler(MAX_BAGGAGE_CHARS)},${own}`), {});
    });

    it('counts the values of a list together', () => {
      const half = MAX_BAGGAGE_CHARS / 2;
      assert.deepEqual(parseSentryBaggage([filler(half), filler(half), own]), {});
      assert.deepEqual(parseSentryBaggage([filler(half), filler(half - own.length), own]), { release: '1' });
      assert.deepEqual(parseSentryBaggage([own, filler(MAX_BAGGAGE_CHARS), last]), { release: '1' });
    });

    it('reads any number of members within the limit', () => {
      const names = Array.from({ length: 500 }, (_, index) => `n${index}`);
      const dsc = parseSentryBaggage(names.map(name => `sentry-${name}=1`).join(','));
      assert.equal(Object.keys(dsc).length, 500);
    });
  });

  describe('takes time in proportion to the length', () => {
    const builders: readonly (readonly [what: string, build: (size: number) => unknown])[] = [
      ['of one value of another', size => `x=${'y'.repeat(size)}`],
      ['of one value of our own', size => `sentry-release=${'y'.repeat(size)}`],
      ['of blanks', size => `${' '.repeat(size)}sentry-release=1`],
      ['of commas', size => ','.repeat(size)],
      ['of prefixes', size => 'sentry-'.repeat(size / 4)],
      ['of prefixes after blanks', size => `${' '.repeat(64)}sentry-`.repeat(size / 64)],
      ['of own members', size => 'sentry-a=1,'.repeat(size / 8)],
      ['of broken escapes', size => `sentry-a=${'%'.repeat(size)}`],
      ['of properties', size => `sentry-a=1${';p'.repeat(size)}`],
      ['of equals signs', size => `sentry-a${'='.repeat(size)}`],
      ['of a list', size => Array.from({ length: size }, () => '')],
      ['of a list of what is no text', size => Array.from({ length: size }, () => 7)],
      ['of bytes', size => Buffer.alloc(size, 'sentry-a=1,')],
    ];
    for (const [what, build] of builders) {
      it(what, () => assertLinear(build, parseSentryBaggage, MEGABYTE / 16));
    }
  });

  it('reads what stands in front of a megabyte', () => {
    assert.deepEqual(parseSentryBaggage(`sentry-release=1,x=${'y'.repeat(MEGABYTE)},sentry-dist=2`), {
      release: '1',
    });
  });

  it('never throws, and gives nothing but well-named text', () => {
    fc.assert(
      fc.property(fc.oneof(anyHeader, fc.array(anyHeader), fc.anything({ withTypedArray: true })), value => {
        for (const [name, text] of Object.entries(parseSentryBaggage(value))) {
          assert.match(name, /^[\w-]+$/);
          assert.ok(text.length > 0);
        }
      }),
    );
  });
});

describe('formatSentryBaggage', () => {
  const cases: readonly (readonly [dsc: DynamicSamplingContext, header: string, why: string])[] = [
    [{}, '', 'nothing'],
    [{ release: '1' }, 'sentry-release=1', 'one member'],
    [{ b: '1', a: '2' }, 'sentry-b=1,sentry-a=2', 'members in their order'],
    [{ transaction: 'GET /a b' }, 'sentry-transaction=GET%20%2Fa%20b', 'blanks and slashes encoded'],
    [{ release: 'a,b;c=d"\\%' }, 'sentry-release=a%2Cb%3Bc%3Dd%22%5C%25', 'separators encoded'],
    [{ release: "!'()*~-_." }, "sentry-release=!'()*~-_.", 'what needs no encoding as it is'],
    [{ release: 'größe 🚀' }, 'sentry-release=gr%C3%B6%C3%9Fe%20%F0%9F%9A%80', 'other letters as UTF-8'],
    [{ release: 'a\r\nx: y' }, 'sentry-release=a%0D%0Ax%3A%20y', 'line breaks encoded'],
    [{ release: 'a\ud800b' }, 'sentry-release=a%EF%BF%BDb', 'the first half of a surrogate pair replaced'],
    [{ release: 'a\udc00b' }, 'sentry-release=a%EF%BF%BDb', 'the second half of a surrogate pair replaced'],
    [
      { release: '\udc00\ud83d\ude80\ud800' },
      'sentry-release=%EF%BF%BD%F0%9F%9A%80%EF%BF%BD',
      'whole pairs between halves kept',
    ],
  ];
  for (const [dsc, header, why] of cases) {
    it(`prints ${shown(dsc)}: ${why}`, () => assert.equal(formatSentryBaggage(dsc), header));
  }

  it('leaves out what is undefined', () => {
    assert.equal(untypedCall(formatSentryBaggage, { release: undefined, dist: '1' }), 'sentry-dist=1');
  });

  it('prints what is read back as the same', () => {
    fc.assert(
      fc.property(anyDsc, dsc => assert.deepEqual(parseSentryBaggage(formatSentryBaggage(dsc)), { ...dsc })),
    );
  });

  it('prints members that are valid on the wire, halves of surrogate pairs or not', () => {
    const value = fc.string({
      unit: fc.constantFrom('\ud800', '\udfff', '🚀', 'a', ',', ' ', '\n'),
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.dictionary(anyName, value), dsc => {
        const header = formatSentryBaggage(dsc);
        assert.match(header, /^[\w\-=,%.!~*'()]*$/);
        assert.equal(Object.keys(parseSentryBaggage(header)).length, Object.keys(dsc).length);
      }),
    );
  });
});

describe('withoutSentryMembers', () => {
  const cases: readonly (readonly [header: string, expected: string])[] = [
    ['', ''],
    ['a=1', 'a=1'],
    ['sentry-a=1', ''],
    ['a=1,sentry-a=1', 'a=1'],
    ['sentry-a=1,a=1', 'a=1'],
    ['a=1,sentry-a=1,b=2', 'a=1,b=2'],
    [' a = 1 ;p , sentry-a=1 ,\tb=2', ' a = 1 ;p ,\tb=2'],
    ['a=sentry-x', 'a=sentry-x'],
    ['a=1;sentry-x', 'a=1;sentry-x'],
    ['Sentry-a=1', 'Sentry-a=1'],
    ['sentry_a=1', 'sentry_a=1'],
    ['a=1,,b=2', 'a=1,,b=2'],
    ['sentry-a=1;p=1;q,b=2', 'b=2'],
    ['sentry-a,b=2', 'b=2'],
  ];
  for (const [header, expected] of cases) {
    it(`leaves ${shown(expected)} of ${shown(header)}`, () =>
      assert.equal(withoutSentryMembers(header), expected));
  }

  it('is the header itself when nothing of ours is in it', () => {
    fc.assert(
      fc.property(fc.array(anyMember), members => {
        const header = members.join(',');
        assert.equal(withoutSentryMembers(header), header);
      }),
    );
  });
});

describe('hasSentryMembers', () => {
  const cases: readonly (readonly [header: string | undefined, has: boolean])[] = [
    [undefined, false],
    ['', false],
    ['a=1', false],
    ['a=sentry-x', false],
    ['Sentry-a=1', false],
    ['sentry-a=1', true],
    ['a=1, sentry-a=1', true],
    ['sentry-', true],
  ];
  for (const [header, has] of cases) {
    it(`is ${has} for ${shown(header)}`, () => assert.equal(hasSentryMembers(header), has));
  }
});

describe('mergeSentryBaggage', () => {
  const cases: readonly (readonly [
    existing: string | undefined,
    dsc: DynamicSamplingContext,
    expected: string | undefined,
    why: string,
  ])[] = [
    [undefined, {}, undefined, 'nothing to write'],
    ['', {}, undefined, 'nothing to write over empty text'],
    [undefined, { release: '1' }, 'sentry-release=1', 'only ours'],
    ['', { release: '1' }, 'sentry-release=1', 'only ours over empty text'],
    ['a=1', {}, 'a=1', "only others'"],
    ['a=1', { release: '1' }, 'a=1,sentry-release=1', "ours behind others'"],
    [
      'a=1,sentry-release=0,b=2',
      { release: '1' },
      'a=1,b=2,sentry-release=1',
      'ours in place of what was there',
    ],
    ['sentry-dist=0', { release: '1' }, 'sentry-release=1', 'ours in place of another context'],
    ['sentry-dist=0', {}, undefined, 'nothing in place of another context'],
    ['a=1,sentry-dist=0', {}, 'a=1', "others' without another context"],
    [
      ' a = 1 ; p=x;q , b=%zz',
      { release: '1' },
      ' a = 1 ; p=x;q , b=%zz,sentry-release=1',
      "others' as they are",
    ],
    ['a=größe', { release: '1' }, 'a=größe,sentry-release=1', "others' without a second encoding"],
  ];
  for (const [existing, dsc, expected, why] of cases) {
    it(`makes ${shown(expected)} of ${shown(existing)} and ${shown(dsc)}: ${why}`, () => {
      assert.equal(mergeSentryBaggage(existing, dsc), expected);
    });
  }

  it('takes text that was printed before', () => {
    assert.equal(mergeSentryBaggage('a=1', DSC, formatSentryBaggage(DSC)), mergeSentryBaggage('a=1', DSC));
  });

  describe('when there is not room for everything', () => {
    const long = 'r'.repeat(400);
    const dsc = { ...DSC, release: long };
    const { environment: _, release: __, transaction: ___, ...core } = DSC;
    const whole = baggageOf(dsc).length;
    const others = (chars: number) => `x=${'y'.repeat(chars - 2)}`;
    const coreMembers = ['trace_id', 'public_key', 'org_id', 'sampled', 'sample_rand', 'sample_rate'];

    it('writes the context whole as long as it fits', () => {
      const existing = others(MAX_BAGGAGE_CHARS - whole - 1);
      const merged = mergeSentryBaggage(existing, dsc) ?? '';
      assert.equal(merged.length, MAX_BAGGAGE_CHARS);
      assert.equal(merged, `${existing},${baggageOf(dsc)}`);
    });

    it('writes its core as soon as the whole does not fit', () => {
      const existing = others(MAX_BAGGAGE_CHARS - whole);
      const merged = mergeSentryBaggage(existing, dsc) ?? '';
      assert.ok(merged.startsWith(`${existing},sentry-`));
      assert.deepEqual(parseSentryBaggage(merged.slice(existing.length + 1)), core);
      assert.deepEqual(new Set(Object.keys(core)), new Set(coreMembers));
    });

    it('writes the core alone when the context is too long without anybody else', () => {
      assert.deepEqual(
        parseSentryBaggage(mergeSentryBaggage(undefined, { ...DSC, release: 'r'.repeat(9000) })),
        core,
      );
    });

    it('writes the core as long as it fits', () => {
      const existing = others(MAX_BAGGAGE_CHARS - baggageOf(core).length - 1);
      assert.equal(mergeSentryBaggage(existing, dsc)?.length, MAX_BAGGAGE_CHARS);
    });

    it('writes nothing of ours when the core does not fit', () => {
      const existing = others(MAX_BAGGAGE_CHARS - baggageOf(core).length);
      assert.equal(mergeSentryBaggage(existing, dsc), existing);
    });

    it("keeps others' members when they alone are too long", () => {
      const existing = others(3 * MAX_BAGGAGE_CHARS);
      assert.equal(mergeSentryBaggage(existing, dsc), existing);
      assert.equal(mergeSentryBaggage(`${existing},sentry-release=1`, dsc), existing);
    });

    it('writes what there is of the core', () => {
      const partial = { trace_id: 't', sample_rand: '0.100000', release: 'r'.repeat(9000) };
      assert.deepEqual(parseSentryBaggage(mergeSentryBaggage(undefined, partial)), {
        trace_id: 't',
        sample_rand: '0.100000',
      });
    });

    it('writes nothing when there is no core', () => {
      assert.equal(mergeSentryBaggage(undefined, { release: 'r'.repeat(9000) }), undefined);
      assert.equal(mergeSentryBaggage('a=1', { release: 'r'.repeat(9000) }), 'a=1');
    });
  });

  const anyLength = fc.oneof(fc.constant(0), fc.integer({ min: 7800, max: 8400 }));

  it("keeps others' text byte for byte, whatever it is", () => {
    fc.assert(
      fc.property(anyHeader, anyDsc, (existing, dsc) => {
        const others = othersOf(existing);
        const merged = mergeSentryBaggage(existing, dsc) ?? '';
        assert.ok(merged.startsWith(others));
        assert.equal(othersOf(merged), others);
      }),
    );
  });

  it('carries the whole context behind whatever is there', () => {
    fc.assert(
      fc.property(anyHeader, anyDsc, (existing, dsc) => {
        assert.deepEqual(parseSentryBaggage(mergeSentryBaggage(existing, dsc) ?? ''), { ...dsc });
      }),
    );
  });

  it('is never longer than 8192 characters, unless the text of others alone is', () => {
    fc.assert(
      fc.property(anyHeader, anyLength, anyDsc, (existing, length, dsc) => {
        const padded = length === 0 ? existing : `${existing},x=${'y'.repeat(length)}`;
        const merged = mergeSentryBaggage(padded, dsc) ?? '';
        assert.ok(merged.length <= Math.max(MAX_BAGGAGE_CHARS, othersOf(padded).length));
      }),
    );
  });

  it('writes the same when it is done again', () => {
    fc.assert(
      fc.property(anyHeader, anyLength, anyDsc, (existing, length, dsc) => {
        const once = mergeSentryBaggage(`${existing},x=${'y'.repeat(length)}`, dsc);
        assert.equal(mergeSentryBaggage(once, dsc), once);
      }),
    );
  });

  it('writes the same when it is done again to nothing but our own', () => {
    fc.assert(
      fc.property(anyDsc, dsc => {
        const once = mergeSentryBaggage(undefined, dsc);
        assert.equal(mergeSentryBaggage(once, dsc), once);
      }),
    );
  });

  describe('takes time in proportion to the length', () => {
    const builders: readonly (readonly [what: string, build: (size: number) => string])[] = [
      ['of one value', size => `x=${'y'.repeat(size)}`],
      ['of members', size => 'a=1,'.repeat(size / 4)],
      ['of own members', size => 'sentry-a=1,'.repeat(size / 8)],
      ['of blanks', size => `${' '.repeat(size)}sentry-a=1`],
      ['of prefixes', size => 'sentry-'.repeat(size / 4)],
    ];
    for (const [what, build] of builders) {
      it(what, () => assertLinear(build, header => mergeSentryBaggage(header, DSC), MEGABYTE / 16));
    }
  });
});
