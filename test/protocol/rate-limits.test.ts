import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { MAX_RATE_LIMIT_MILLIS } from '../../src/protocol/limits.js';
import {
  applyResponse,
  isLimited,
  limitedUntil,
  NO_RATE_LIMITS,
  type RateLimitKey,
  type RateLimitResponse,
  type RateLimits,
} from '../../src/protocol/rate-limits.js';

/** Sunday, 6 November 1994, 08:49:37 GMT. */
const EPOCH_MILLIS = 784_111_777_000;
const NOW = { monotonicMillis: 5000, epochMillis: EPOCH_MILLIS };

function respond(header: string | undefined, statusCode = 429, retryAfter?: string): RateLimitResponse {
  return { statusCode, headers: { 'retry-after': retryAfter, 'x-sentry-rate-limits': header } };
}

/** Seconds that each key is limited for. */
function seconds(limits: RateLimits): Partial<Record<RateLimitKey, number>> {
  return Object.fromEntries([...limits].map(([key, until]) => [key, (until - NOW.monotonicMillis) / 1000]));
}

describe('applyResponse', () => {
  describe('with X-Sentry-Rate-Limits', () => {
    const cases: [header: string, expected: Partial<Record<RateLimitKey, number>>, why?: string][] = [
      ['60:transaction:key, 2700:default;error;security:organization', { transaction: 60, error: 2700 }],
      [
        '60:transaction;span:key:spike, 120:error:organization:quota',
        { transaction: 60, span: 60, error: 120 },
      ],
      ['60::organization', { all: 60 }],
      ['60', { all: 60 }],
      ['60:', { all: 60 }],
      ['60: :key', { all: 60 }],
      ['60::organization, 2700::organization', { all: 2700 }, 'the longer one counts'],
      ['2700:error:key, 60:error:key', { error: 2700 }, 'the longer one counts, wherever it stands'],
      ['1.5:error', { error: 1.5 }, 'fractions are allowed'],
      [
        ' 60 : error ; span : key ,10:transaction ',
        { error: 60, span: 60, transaction: 10 },
        'spaces are ignored',
      ],
      ['60:error;;x', { error: 60 }, 'empty and unknown categories are ignored'],
      ['60:replay;monitor:key', {}, 'what is never sent from here limits nothing'],
      ['60:;:key', {}],
      ['60:all', {}, 'there is no category of that name'],
      ['60:toString;__proto__;constructor:key', {}],
      ['60:Error:key', {}, 'names are case-sensitive'],
      ['60:metric_bucket:organization:quota_exceeded:custom', {}],
      ['60:error:organization:reason:namespaces:future', { error: 60 }],
      ['60:profile;profile_chunk:key', { profile: 60, profile_chunk: 60 }],
      ['abc:error, 10:span', { span: 10 }, 'an entry without a number is skipped'],
      ['-5:error, 10:span', { span: 10 }],
      ['1e3:error, 10:span', { span: 10 }],
      ['0:error:key', { error: 0 }],
      ['999999999999:error', { error: MAX_RATE_LIMIT_MILLIS / 1000 }, 'no limit lasts for more than a day'],
      [`${'9'.repeat(400)}:error`, { error: MAX_RATE_LIMIT_MILLIS / 1000 }],
    ];
    for (const [header, expected, why] of cases) {
      const name = header.length > 80 ? `${header.slice(0, 80)}…` : header;
      it(`reads "${name}"${why === undefined ? '' : `: ${why}`}`, () => {
        assert.deepEqual(seconds(applyResponse(NO_RATE_LIMITS, respond(header), NOW)), expected);
      });
    }

    for (const status of [200, 202, 400, 413, 429, 500, 503]) {
      it(`reads it with status ${status}`, () => {
        assert.deepEqual(seconds(applyResponse(NO_RATE_LIMITS, respond('60:error:key', status), NOW)), {
          error: 60,
        });
      });
    }

    it('takes it over Retry-After', () => {
      assert.deepEqual(seconds(applyResponse(NO_RATE_LIMITS, respond('60:error:key', 429, '3600'), NOW)), {
        error: 60,
      });
    });

    it('does not fall back to Retry-After when it names only what is never sent from here', () => {
      assert.equal(applyResponse(NO_RATE_LIMITS, respond('60:replay:key', 429, '3600'), NOW).size, 0);
    });

    for (const header of ['', ',', 'abc:error', '-1:error:key', ':error', 'Infinity:error', '0x10:error']) {
      it(`falls back to Retry-After for "${header}" with a 429`, () => {
        assert.deepEqual(seconds(applyResponse(NO_RATE_LIMITS, respond(header, 429, '30'), NOW)), {
          all: 30,
        });
        assert.deepEqual(seconds(applyResponse(NO_RATE_LIMITS, respond(header, 429), NOW)), { all: 60 });
        assert.equal(applyResponse(NO_RATE_LIMITS, respond(header, 200, '30'), NOW).size, 0);
      });
    }
  });

  describe('with a 429 and Retry-After', () => {
    const cases: [retryAfter: string | undefined, expectedSeconds: number][] = [
      [undefined, 60],
      ['120', 120],
      [' 120 ', 120],
      ['0', 0],
      ['1.5', 1.5],
      ['2.125', 2.125],
      ['', 60],
      ['soon', 60],
      ['-5', 60],
      ['2', 2],
      ['999999999', MAX_RATE_LIMIT_MILLIS / 1000],
      ['Sun, 06 Nov 1994 08:50:37 GMT', 60],
      ['Sun, 06 Nov 1994 08:49:39 GMT', 2],
      ['Sunday, 06-Nov-94 08:50:07 GMT', 30],
      ['Sun Nov  6 08:49:47 1994', 10],
      [' Sun, 06 Nov 1994 08:50:07 GMT ', 30],
      ['after Sun, 06 Nov 1994 08:50:07 GMT', 60],
      ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
      ['Tue, 06 Nov 2040 08:49:37 GMT', MAX_RATE_LIMIT_MILLIS / 1000],
      ['Sun, 99 Nov 1994 08:50:37 GMT', 60],
      ['1994-11-06T08:50:37Z', 60],
    ];
    for (const [retryAfter, expected] of cases) {
      it(`limits everything for ${expected} s when it is ${JSON.stringify(retryAfter)}`, () => {
        const limits = applyResponse(NO_RATE_LIMITS, respond(undefined, 429, retryAfter), NOW);
        assert.deepEqual(seconds(limits), { all: expected });
      });
    }

    it('takes a date without a zone for GMT when the machine is elsewhere', () => {
      const { TZ } = process.env;
      process.env['TZ'] = 'America/New_York';
      try {
        const limits = applyResponse(
          NO_RATE_LIMITS,
          respond(undefined, 429, 'Sun Nov  6 08:49:47 1994'),
          NOW,
        );
        assert.deepEqual(seconds(limits), { all: 10 });
      } finally {
        if (TZ === undefined) delete process.env['TZ'];
        else process.env['TZ'] = TZ;
      }
    });

    it('limits everything for a minute without any header', () => {
      assert.deepEqual(seconds(applyResponse(NO_RATE_LIMITS, { statusCode: 429 }, NOW)), { all: 60 });
    });
  });

  for (const status of [200, 301, 400, 413, 500, 503]) {
    it(`ignores Retry-After with status ${status}`, () => {
      assert.equal(applyResponse(NO_RATE_LIMITS, respond(undefined, status, '60'), NOW), NO_RATE_LIMITS);
    });
  }

  it('keeps the longer limit when a later answer brings a shorter one', () => {
    const long = applyResponse(NO_RATE_LIMITS, respond('100:error:key'), NOW);
    assert.deepEqual(seconds(applyResponse(long, respond('10:error:key', 200), NOW)), { error: 100 });
  });

  it('keeps the limits on other categories', () => {
    const before = applyResponse(NO_RATE_LIMITS, respond('100:error:key'), NOW);
    assert.deepEqual(seconds(applyResponse(before, respond('10:span:key'), NOW)), { error: 100, span: 10 });
  });

  it('forgets limits that have ended', () => {
    const before = applyResponse(NO_RATE_LIMITS, respond('1:error:key'), NOW);
    const later = { ...NOW, monotonicMillis: NOW.monotonicMillis + 1000 };
    assert.deepEqual([...applyResponse(before, respond('10:span:key'), later).keys()], ['span']);
  });

  it('does not change what it was given', () => {
    const before = applyResponse(NO_RATE_LIMITS, respond('100:error:key'), NOW);
    applyResponse(before, respond('200:error;span:key'), NOW);
    assert.deepEqual(seconds(before), { error: 100 });
    assert.equal(NO_RATE_LIMITS.size, 0);
  });

  it('never throws and never limits for less than nothing or more than a day', () => {
    const piece = fc.oneof(
      fc.constantFrom('60', ':', ';', ',', ' ', 'error', 'transaction', 'span', '.', '-', '1e9', 'key'),
      fc.string(),
    );
    const header = fc.array(piece).map(pieces => pieces.join(''));
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.option(header, { nil: undefined }),
        fc.option(header, { nil: undefined }),
        (status, limits, retryAfter) => {
          for (const until of applyResponse(
            NO_RATE_LIMITS,
            respond(limits, status, retryAfter),
            NOW,
          ).values()) {
            const delay = until - NOW.monotonicMillis;
            assert.ok(delay >= 0 && delay <= MAX_RATE_LIMIT_MILLIS, String(delay));
          }
        },
      ),
    );
  });

  it('reads every header that follows the grammar as the maximum per category', () => {
    const category = fc.constantFrom('error', 'transaction', 'span', 'profile', 'replay', 'metric_bucket');
    const entry = fc.record({
      delay: fc.nat(80_000),
      categories: fc.array(category),
      rest: fc.constantFrom('', ':key', ':project:why:ns'),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), entries => {
        const header = entries
          .map(({ delay, categories, rest }) => `${delay}:${categories.join(';')}${rest}`)
          .join(', ');
        const limits = applyResponse(NO_RATE_LIMITS, respond(header, 200), NOW);
        for (const key of ['all', 'error', 'transaction', 'span', 'profile'] as const) {
          const named = entries.filter(({ categories }) =>
            key === 'all' ? categories.length === 0 : categories.includes(key),
          );
          const longest = Math.max(...named.map(({ delay }) => delay));
          assert.equal(seconds(limits)[key], named.length === 0 ? undefined : longest);
        }
      }),
    );
  });

  it('takes no longer for long headers than their length warrants', () => {
    const start = performance.now();
    for (const unit of ['1:error;', '9', ' ', ':', '1.', 'Sun, ']) {
      const header = unit.repeat(200_000);
      applyResponse(NO_RATE_LIMITS, respond(header, 429, header), NOW);
    }
    assert.ok(performance.now() - start < 2000);
  });
});

describe('isLimited', () => {
  const limits = applyResponse(
    applyResponse(NO_RATE_LIMITS, respond('100::key'), NOW),
    respond('1:error:key, 200:span:key'),
    NOW,
  );
  const at = (seconds: number) => NOW.monotonicMillis + seconds * 1000;

  const cases: [
    category: 'error' | 'transaction' | 'span' | 'internal',
    seconds: number,
    limited: boolean,
  ][] = [
    ['error', 0.5, true],
    ['error', 50, true],
    ['error', 100, false],
    ['transaction', 99, true],
    ['transaction', 100, false],
    ['span', 150, true],
    ['span', 200, false],
    ['internal', 99, true],
    ['internal', 150, false],
  ];
  for (const [category, seconds, limited] of cases) {
    it(`is ${limited} for ${category} after ${seconds} s`, () => {
      assert.equal(isLimited(limits, category, at(seconds)), limited);
    });
  }

  it('is false without limits', () => assert.equal(isLimited(NO_RATE_LIMITS, 'error', 0), false));
});

describe('limitedUntil', () => {
  it('is the end of the longer of the own limit and the one on everything', () => {
    const limits: RateLimits = new Map([
      ['all', 10],
      ['span', 20],
    ] as const);
    assert.deepEqual(
      [limitedUntil(limits, 'span'), limitedUntil(limits, 'error'), limitedUntil(NO_RATE_LIMITS, 'error')],
      [20, 10, -Infinity],
    );
  });
});
