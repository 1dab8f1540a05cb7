import assert from 'node:assert/strict';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { describeError, guard, log } from '../../src/otel/diagnostics.js';
import { RecordedLog } from '../support/recorded-log.js';

describe('log', () => {
  afterEach(() => diag.disable());

  it('says nothing before a logger is set', () => log.error('nobody hears this'));

  it('goes to the logger that is set when it is called, under the name of the package', () => {
    const lines: unknown[][] = [];
    const record = (...parts: unknown[]) => void lines.push(parts);
    diag.setLogger({ error: record, warn: record, info: record, debug: record, verbose: record });
    log.warn('text');
    assert.deepEqual(lines.at(-1), ['otel-sentry-bridge', 'text']);
    diag.disable();
    log.warn('too late');
    assert.deepEqual(lines.at(-1), ['otel-sentry-bridge', 'text']);
  });
});

describe('log, with a logger that throws', () => {
  afterEach(() => diag.disable());

  for (const level of ['error', 'warn', 'info', 'debug'] as const) {
    it(`does not pass that on for ${level}`, () => {
      // The API logs that a logger was set, and that it was taken away.
      const throwing = (component: unknown) => {
        if (component === 'otel-sentry-bridge') throw new Error('disk full');
      };
      diag.setLogger(
        { error: throwing, warn: throwing, info: throwing, debug: throwing, verbose: throwing },
        {
          logLevel: DiagLogLevel.ALL,
          suppressOverrideMessage: true,
        },
      );
      log[level]('text');
      assert.equal(
        guard('counting', 7, () => assert.fail()),
        7,
      );
    });
  }
});

describe('describeError', () => {
  const cases: readonly (readonly [what: string, error: unknown, text: string])[] = [
    ['an error', new Error('broken'), 'Error: broken'],
    ['a kind of error', new TypeError('broken'), 'TypeError: broken'],
    ['an error with another name', Object.assign(new Error('broken'), { name: 'Mine' }), 'Mine: broken'],
    ['an error without a message', new RangeError(), 'RangeError: '],
    ['text', 'broken', 'broken'],
    ['a number', 7, '7'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['an object', {}, '[object Object]'],
    ['an object that cannot be printed', Object.create(null), 'an error that cannot be printed'],
    [
      'an object that throws when it is printed',
      {
        toString: () => {
          throw new Error('again');
        },
      },
      'an error that cannot be printed',
    ],
    [
      'an error that throws when it is read',
      Object.defineProperty(new Error('x'), 'message', {
        get: () => {
          throw new Error('again');
        },
      }),
      'an error that cannot be printed',
    ],
  ];
  for (const [what, error, text] of cases) {
    it(`describes ${what} as "${text}"`, () => assert.equal(describeError(error), text));
  }
});

describe('guard', () => {
  let recorded: RecordedLog;
  beforeEach(() => {
    recorded = new RecordedLog();
  });
  afterEach(() => recorded.stop());

  it('gives what the body gives, and says nothing', () => {
    assert.equal(
      guard('counting', 0, () => 7),
      7,
    );
    assert.equal(
      guard<number | undefined>('counting', 7, () => undefined),
      undefined,
    );
    assert.deepEqual(recorded.lines, []);
  });

  for (const error of [new Error('broken'), 'broken', undefined, null, Object.create(null)]) {
    it(`gives the fallback and says what failed when ${describeError(error)} is thrown`, () => {
      const result = guard('counting', 7, () => {
        throw error;
      });
      assert.equal(result, 7);
      assert.deepEqual(recorded.lines, [`error: counting failed: ${describeError(error)}`]);
    });
  }

  it('leaves promises alone: what they reject with is for whoever waits', async () => {
    await assert.rejects(
      guard('waiting', Promise.resolve(), () => Promise.reject(new Error('broken'))),
      { message: 'broken' },
    );
    assert.deepEqual(recorded.lines, []);
  });
});
