import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  formatSentryTrace,
  headerText,
  parseSentryTrace,
  type SentryTrace,
} from '../../src/protocol/sentry-trace.js';
import { assertLinear } from '../support/growth.js';
import { anyDecision, anySpanId, anyTraceId } from '../support/arbitraries/trace-ids.js';
import {
  OTHER_SPAN_ID,
  OTHER_TRACE_ID,
  SPAN_ID,
  TRACE_ID,
  ZERO_SPAN_ID,
  ZERO_TRACE_ID,
} from '../support/trace-headers.js';
import { NOT_STRINGS } from '../support/untyped.js';
import { runs } from '../support/property-runs.js';

const IDS = `${TRACE_ID}-${SPAN_ID}`;
const OTHER_IDS = `${OTHER_TRACE_ID}-${OTHER_SPAN_ID}`;
const UNDECIDED: SentryTrace = { traceId: TRACE_ID, parentSpanId: SPAN_ID };
const KEPT: SentryTrace = { ...UNDECIDED, sampled: true };
const DROPPED: SentryTrace = { ...UNDECIDED, sampled: false };

const EIGHT_KILOBYTES = 8192;

function shown(text: string): string {
  const json = JSON.stringify(text);
  return json.length > 90 ? `${json.slice(0, 90)}…` : json;
}

/** The format in one expression, for comparison only: it says nothing about time. */
function expectedOf(text: string): SentryTrace | undefined {
  const first = text
    .replace(/^[ \t,]+/, '')
    .split(',', 1)
    .join('');
  const match = /^([\da-f]{32})-([\da-f]{16})(?:-([01])?)?$/.exec(first.replace(/[ \t]+$/, ''));
  const [, traceId = '', parentSpanId = '', flag] = match ?? [];
  if (!/[^0]/.test(traceId) || !/[^0]/.test(parentSpanId)) return undefined;
  return { traceId, parentSpanId, ...(flag !== undefined && { sampled: flag === '1' }) };
}

describe('parseSentryTrace', () => {
  describe('reads', () => {
    const cases: readonly (readonly [text: string, expected: SentryTrace, why: string])[] = [
      [`${IDS}-1`, KEPT, 'a kept trace'],
      [`${IDS}-0`, DROPPED, 'a dropped trace'],
      [IDS, UNDECIDED, 'a trace without a decision'],
      [`${IDS}-`, UNDECIDED, 'a dangling dash as no decision'],
      [` ${IDS}-1`, KEPT, 'past a blank in front'],
      [`${IDS}-1 `, KEPT, 'past a blank behind'],
      [`\t \t${IDS}-0\t \t`, DROPPED, 'past tabs and blanks'],
      [`${IDS}-1,${OTHER_IDS}-0`, KEPT, 'the first of two values'],
      [`${IDS}-1, ${OTHER_IDS}-0`, KEPT, 'the first of two values joined by Node'],
      [`${IDS} , ${OTHER_IDS}-0`, UNDECIDED, 'the first of two values, blanks around the comma'],
      [`,${IDS}-1`, KEPT, 'the first value that is not empty'],
      [` , ,\t, ${IDS}-0`, DROPPED, 'the first value that is not empty, blanks included'],
      [`${IDS}-1,`, KEPT, 'past a dangling comma'],
      [`${IDS}-1,nonsense`, KEPT, 'a good first value whatever follows'],
      [
        `${'f'.repeat(32)}-${'f'.repeat(16)}-1`,
        { traceId: 'f'.repeat(32), parentSpanId: 'f'.repeat(16), sampled: true },
        'the largest ids',
      ],
      [
        `${'0'.repeat(31)}1-${'0'.repeat(15)}1`,
        { traceId: `${'0'.repeat(31)}1`, parentSpanId: `${'0'.repeat(15)}1` },
        'the smallest ids',
      ],
    ];
    for (const [text, expected, why] of cases) {
      it(`${why}: ${shown(text)}`, () => assert.deepEqual(parseSentryTrace(text), expected));
    }

    it('has no decision at all, rather than an undefined one, when none came', () => {
      assert.deepEqual(Object.keys(parseSentryTrace(IDS) ?? {}), ['traceId', 'parentSpanId']);
    });
  });

  describe('refuses', () => {
    const cases: readonly (readonly [text: string, why: string])[] = [
      ['', 'empty text'],
      [' \t ', 'blanks'],
      [',,,', 'commas'],
      [`nonsense,${IDS}-1`, 'a bad first value although a good one follows'],
      [TRACE_ID, 'a trace id alone'],
      [`${TRACE_ID}-`, 'a trace id with a dash'],
      [`${TRACE_ID}--1`, 'a missing span id'],
      [`-${SPAN_ID}-1`, 'a missing trace id'],
      [`${TRACE_ID}${SPAN_ID}1`, 'missing dashes'],
      [`${TRACE_ID} ${SPAN_ID} 1`, 'blanks in place of dashes'],
      [`${TRACE_ID}_${SPAN_ID}_1`, 'other separators'],
      ['1', 'a flag alone'],
      ['--', 'dashes'],
      [`${IDS}1`, 'a flag without a dash'],
      [`${IDS}.1`, 'a flag behind something else'],
      [`${IDS}-2`, 'another flag'],
      [`${IDS}-d`, 'the flag of another format'],
      [`${IDS}-01`, 'a flag of two digits'],
      [`${IDS}-true`, 'a flag in words'],
      [`${IDS}-1-1`, 'a fourth part'],
      [`${IDS}--1`, 'a doubled dash'],
      [`${IDS}-1x`, 'text behind the flag'],
      [`x${IDS}-1`, 'text in front'],
      [`"${IDS}-1"`, 'quotes'],
      [`${IDS.toUpperCase()}-1`, 'upper case'],
      [`${TRACE_ID.toUpperCase()}-${SPAN_ID}-1`, 'an upper-case trace id'],
      [`${TRACE_ID}-${SPAN_ID.toUpperCase()}-1`, 'an upper-case span id'],
      [`${TRACE_ID.slice(1)}-${SPAN_ID}-1`, 'a trace id that is too short'],
      [`${TRACE_ID}0-${SPAN_ID}-1`, 'a trace id that is too long'],
      [`${TRACE_ID.slice(16)}-${SPAN_ID}-1`, 'a trace id of 64 bits'],
      [`${TRACE_ID}-${SPAN_ID.slice(1)}-1`, 'a span id that is too short'],
      [`${TRACE_ID}-${SPAN_ID}0-1`, 'a span id that is too long'],
      [`${TRACE_ID.replace('d', 'g')}-${SPAN_ID}-1`, 'a letter that is no digit'],
      ...['/', ':', '`', '.', ' '].flatMap(sign => [
        [`${TRACE_ID.replace('4', sign)}-${SPAN_ID}-1`, `a trace id with "${sign}"`] as const,
        [`${TRACE_ID}-${SPAN_ID.replace('4', sign)}-1`, `a span id with "${sign}"`] as const,
      ]),
      [`${TRACE_ID.replace('4', '４')}-${SPAN_ID}-1`, 'a full-width digit'],
      [`${ZERO_TRACE_ID}-${SPAN_ID}-1`, 'a trace id of zeros'],
      [`${TRACE_ID}-${ZERO_SPAN_ID}-1`, 'a span id of zeros'],
      [`${ZERO_TRACE_ID}-${ZERO_SPAN_ID}-0`, 'ids of zeros'],
      [`00-${IDS}-01`, 'a traceparent'],
      [`00-${IDS}-00`, 'a traceparent that is not sampled'],
      [`${IDS}-1\n`, 'a line break behind'],
      [`\n${IDS}-1`, 'a line break in front'],
      [`${IDS}-1\r\nx: y`, 'an attempt to split the header'],
      [`\u00a0${IDS}-1\u00a0`, 'no-break spaces'],
      [`${IDS}-1\0`, 'a zero character'],
      ['undefined', 'the word undefined'],
      [`${IDS}-\ud800`, 'half a surrogate pair for a flag'],
      [`${'\ud800'.repeat(32)}-${'\udc00'.repeat(16)}-1`, 'halves of surrogate pairs'],
    ];
    for (const [text, why] of cases) {
      it(`${why}: ${shown(text)}`, () => assert.equal(parseSentryTrace(text), undefined));
    }

    for (const [name, value] of NOT_STRINGS) {
      it(name, () => assert.equal(parseSentryTrace(value), undefined));
    }
  });

  it('takes the first value of a list', () => {
    assert.deepEqual(parseSentryTrace([`${IDS}-1`, `${OTHER_IDS}-0`]), KEPT);
    assert.equal(parseSentryTrace(['nonsense', `${IDS}-1`]), undefined);
  });

  it('reads bytes as text, alone and in a list', () => {
    const bytes = Buffer.from(`${IDS}-1`);
    assert.deepEqual(parseSentryTrace(bytes), KEPT);
    assert.deepEqual(parseSentryTrace(new Uint8Array(bytes)), KEPT);
    assert.deepEqual(parseSentryTrace([bytes]), KEPT);
  });

  it('refuses bytes that are no text', () => {
    assert.equal(parseSentryTrace(Buffer.from([0xff, 0xfe, 0x00, 0x80])), undefined);
    assert.equal(parseSentryTrace(Buffer.alloc(0)), undefined);
  });

  it('refuses a list whose length lies', () => {
    assert.equal(parseSentryTrace(Array.from({ length: 3 })), undefined);
  });

  it('reads exactly what the format allows, whatever is thrown at it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        TRACE_ID,
        SPAN_ID,
        IDS,
        '-',
        '-1',
        '-0',
        ' ',
        '\t',
        ',',
        '0',
        '1',
        ZERO_TRACE_ID,
        '\n',
        'G',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        const text = pieces.join('');
        assert.deepEqual(parseSentryTrace(text), expectedOf(text));
      }),
      { numRuns: runs(500) },
    );
  });

  it('never throws, and gives nothing but complete headers', () => {
    fc.assert(
      fc.property(
        fc.anything({ withDate: true, withMap: true, withTypedArray: true, withSparseArray: true }),
        value => {
          const parsed = parseSentryTrace(value);
          if (parsed !== undefined)
            assert.match(
              formatSentryTrace(parsed.traceId, parsed.parentSpanId, parsed.sampled),
              /^[\da-f]{32}-[\da-f]{16}(-[01])?$/,
            );
        },
      ),
    );
  });

  describe('takes time in proportion to the length', () => {
    const builders: readonly (readonly [what: string, build: (size: number) => unknown])[] = [
      ['of blanks in front', size => `${' '.repeat(size)}${IDS}-1`],
      ['of blanks behind', size => `${IDS}-1${' '.repeat(size)}`],
      ['of blanks in the middle', size => `${TRACE_ID}${' '.repeat(size)}-${SPAN_ID}`],
      ['of blanks alone', size => ' '.repeat(size)],
      ['of tabs and blanks', size => '\t '.repeat(size)],
      ['of commas', size => ','.repeat(size)],
      ['of blanks and commas', size => ' ,\t'.repeat(size)],
      ['of digits', size => 'a'.repeat(size)],
      ['of dashes', size => '-'.repeat(size)],
      ['of good headers', size => `${IDS}-1,`.repeat(size / 8)],
      ['of halves of surrogate pairs', size => '\ud800'.repeat(size)],
      ['of bytes', size => Buffer.alloc(size, ' ')],
    ];
    for (const [what, build] of builders) {
      it(what, () => assertLinear(build, parseSentryTrace, 8 * EIGHT_KILOBYTES));
    }
  });

  it('reads a header behind 8 KB of blanks', () => {
    assert.deepEqual(
      parseSentryTrace(`${' '.repeat(EIGHT_KILOBYTES)}${IDS}-1${'\t'.repeat(EIGHT_KILOBYTES)}`),
      KEPT,
    );
  });
});

describe('formatSentryTrace', () => {
  const cases: readonly (readonly [sampled: boolean | undefined, header: string])[] = [
    [true, `${IDS}-1`],
    [false, `${IDS}-0`],
    [undefined, IDS],
  ];
  for (const [sampled, header] of cases) {
    it(`prints a decision of ${sampled} as ${header.slice(IDS.length) || 'nothing'}`, () => {
      assert.equal(formatSentryTrace(TRACE_ID, SPAN_ID, sampled), header);
    });
  }

  it('prints what is read back as the same', () => {
    fc.assert(
      fc.property(anyTraceId, anySpanId, anyDecision, (traceId, parentSpanId, sampled) => {
        assert.deepEqual(parseSentryTrace(formatSentryTrace(traceId, parentSpanId, sampled)), {
          traceId,
          parentSpanId,
          ...(sampled !== undefined && { sampled }),
        });
      }),
    );
  });

  it('prints what is read back from between blanks and in front of another value', () => {
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\t') });
    fc.assert(
      fc.property(
        anyTraceId,
        anySpanId,
        anyDecision,
        blanks,
        blanks,
        fc.string(),
        (traceId, spanId, sampled, before, after, next) => {
          const header = formatSentryTrace(traceId, spanId, sampled);
          const repeated = `${before}${header}${after},${next}`;
          assert.deepEqual(parseSentryTrace(repeated), parseSentryTrace(header));
        },
      ),
    );
  });
});

describe('headerText', () => {
  it('keeps text', () => assert.equal(headerText(' a=1 '), ' a=1 '));

  it('decodes bytes as UTF-8', () => {
    assert.equal(headerText(Buffer.from('größe=1')), 'größe=1');
    assert.equal(headerText(new Uint8Array([0x61, 0x62])), 'ab');
  });

  it('decodes the part of a buffer that it was given', () => {
    assert.equal(headerText(Buffer.from('xxab').subarray(2)), 'ab');
  });

  it('marks bytes that are not UTF-8 instead of throwing', () => {
    assert.equal(headerText(Buffer.from([0x61, 0xff])), 'a\ufffd');
  });

  for (const [name, value] of NOT_STRINGS) {
    it(`is undefined for ${name}`, () => assert.equal(headerText(value), undefined));
  }

  it('is undefined for a string object', () => {
    assert.equal(headerText(Object('text')), undefined);
  });
});
