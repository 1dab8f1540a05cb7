import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { resolveConfig } from '../../src/config/resolve-config.js';
import { describeError } from '../../src/otel/diagnostics.js';
import { hostileValue, make } from '../support/arbitraries/hostile.js';
import { anyUtf16, textOf } from '../support/arbitraries/text.js';
import { RecordedLog } from '../support/recorded-log.js';
import { runs } from '../support/property-runs.js';
import { SECRET } from '../support/secrets.js';
import { untypedOptions } from '../support/untyped.js';

const OPTIONS = Object.keys(resolveConfig({}, {})).concat('dsn', 'enabled', 'spool', 'spotlight', 'orgId');

const VARIABLES = [
  'SENTRY_DSN',
  'SENTRY_RELEASE',
  'SENTRY_ENVIRONMENT',
  'SENTRY_NAME',
  'SENTRY_DEBUG',
  'SENTRY_TRACES_SAMPLE_RATE',
  'SENTRY_TRACE_LIFECYCLE',
  'SENTRY_SPOTLIGHT',
  'GITHUB_SHA',
  'SOURCE_VERSION',
];

const usual = fc.constantFrom<unknown>(
  true,
  false,
  0,
  1,
  0.5,
  -1,
  '',
  'x',
  'gzip',
  'stream',
  'https://h/',
  [],
  [/x/],
  {},
);
const anyText = fc.oneof(
  anyUtf16,
  textOf(['https://', 'key', '@', 'h', '/', '1', ':', '?', '#', 'true', '0.5', ' ']),
);

describe('resolveConfig', () => {
  let log: RecordedLog;
  beforeEach(() => (log = new RecordedLog()));
  afterEach(() => log.stop());

  it('completes options or refuses them by name, whatever they are', () => {
    const value = fc.oneof(
      hostileValue,
      usual.map(value => ({ value })),
      anyText.map(value => ({ value })),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...OPTIONS), value), { maxLength: 4 }), given => {
        const options = Object.fromEntries(given.map(([name, recipe]) => [name, make(recipe)]));
        const error = errorOf(() => resolveConfig(untypedOptions(options), {}));
        if (error === undefined || isOfValue(error)) return;
        assert.ok(error instanceof TypeError, describeError(error));
        assert.ok(
          given.some(([name]) => error.message.includes(name)),
          error.message,
        );
        assert.ok(error.message.length < 600, error.message);
      }),
      { numRuns: runs(300) },
    );
  });

  it('never throws for variables, whatever they hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...VARIABLES), anyText), env => {
        const { tracesSampleRate, dsn, debug } = resolveConfig({}, env);
        assert.equal(typeof debug, 'boolean');
        assert.ok(tracesSampleRate === undefined || (tracesSampleRate >= 0 && tracesSampleRate <= 1));
        assert.ok(dsn === undefined || dsn.projectId !== '');
      }),
      { numRuns: runs(200) },
    );
  });

  it('says nothing of the keys of a DSN that cannot be used', () => {
    const start = fc.constantFrom('', 'https:/', 'https://', 'ftp://', ' https://');
    const end = textOf(['/', '1', 'h', ':', '?', '#', ' ']);
    fc.assert(
      fc.property(start, textOf(['a', ':', '/']), end, (start, before, end) => {
        const dsn = `${start}${before}${SECRET}@${end}`;
        const error = errorOf(() => resolveConfig({ dsn }, {}));
        if (error instanceof Error) assert.equal(error.message.includes(SECRET), false, error.message);
        resolveConfig({}, { SENTRY_DSN: dsn });
        assert.equal(
          log.lines.some(line => line.includes(SECRET)),
          false,
        );
      }),
      { numRuns: runs(200) },
    );
  });
});

/** What a value throws itself while it is looked at: whoever configures may know. */
function isOfValue(error: unknown): boolean {
  return error instanceof Error && /^trap$|revoked/.test(error.message);
}

function errorOf(fn: () => unknown): unknown {
  try {
    fn();
    return undefined;
  } catch (error) {
    return error;
  }
}
