import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import type { Config } from '../../src/config/config.js';
import { resolveConfig } from '../../src/config/resolve-config.js';
import { describe as describeValue } from '../../src/config/validate.js';
import { RecordedLog } from '../support/recorded-log.js';
import { configOf } from '../support/shared.js';
import { DSN, PUBLIC_KEY } from '../support/trace-headers.js';
import { untypedOptions } from '../support/untyped.js';

type Pair = readonly [given: unknown, resolved: unknown];

/** What an option takes and makes of it, what it is when it is not given, and what it refuses, with the expectation. */
interface OptionCase {
  readonly byDefault: unknown;
  readonly accepts: readonly Pair[];
  readonly refuses: readonly unknown[];
  readonly expects: string;
}

const NO_STRINGS = [7, true, null, {}, [], () => 'x', Symbol('x')];
const NO_BOOLEANS = ['true', '', 0, 1, null, {}, []];
const NO_FUNCTIONS = ['x', 7, true, null, {}, []];
const NO_LISTS = ['x', 7, true, null, {}, () => []];
const NO_RECORDS = ['x', 7, true, null, [], () => ({})];

const hook = () => null;
const transport = { send: () => Promise.resolve({ statusCode: 200 }) };
const agent = new Agent();
const profiler = { attach: () => undefined };

function numbers(min: number, max: number): Pick<OptionCase, 'accepts' | 'refuses' | 'expects'> {
  const isOpen = max === Number.MAX_SAFE_INTEGER;
  return {
    accepts: [same(min), same(min + 1), same(max)],
    refuses: [
      min - 1,
      ...(isOpen ? [] : [max + 1]),
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '7',
      true,
      null,
      {},
      [],
    ],
    expects: isOpen ? `a number of at least ${min}` : `a number from ${min} to ${max}`,
  };
}

function flag(byDefault: boolean): OptionCase {
  return { byDefault, accepts: [same(true), same(false)], refuses: NO_BOOLEANS, expects: 'true or false' };
}

function text(): OptionCase {
  return {
    byDefault: undefined,
    accepts: [same('x'), ['', undefined]],
    refuses: NO_STRINGS,
    expects: 'a string',
  };
}

function callback(): OptionCase {
  return { byDefault: undefined, accepts: [same(hook)], refuses: NO_FUNCTIONS, expects: 'a function' };
}

function same(value: unknown): Pair {
  return [value, value];
}

const TIMER_MAX = 2 ** 31 - 1;
const OPEN = Number.MAX_SAFE_INTEGER;

const OPTIONS = {
  release: text(),
  environment: text(),
  dist: text(),
  serverName: text(),
  orgId: {
    byDefault: undefined,
    accepts: [same('7'), [7, '7'], ['', undefined], [0, undefined]],
    refuses: [true, null, {}, [], () => 7, Symbol('x')],
    expects: 'a string or a number',
  },
  debug: flag(false),
  tracesSampleRate: {
    byDefault: undefined,
    accepts: [
      same(0),
      same(1),
      same(0.2),
      [true, 1],
      [false, 0],
      ['0.5', 0.5],
      [' .5 ', 0.5],
      [null, undefined],
    ],
    refuses: [1.5, -0.1, Number.NaN, Number.POSITIVE_INFINITY, '', 'x', '1.1', {}, [], () => 1],
    expects: 'a number from 0 to 1',
  },
  tracesSampler: callback(),
  skipMethods: {
    byDefault: ['OPTIONS', 'HEAD'],
    accepts: [
      same([]),
      same(['TRACE']),
      [
        ['get', 'Post'],
        ['GET', 'POST'],
      ],
    ],
    refuses: NO_LISTS,
    expects: 'a list of strings',
  },
  httpClientRoots: {
    byDefault: 'sample',
    accepts: [same('sample'), same('drop')],
    refuses: ['', 'keep', 'Drop', true, null, 7],
    expects: "'sample' or 'drop'",
  },
  w3cUnsampled: {
    byDefault: 'defer',
    accepts: [same('defer'), same('inherit')],
    refuses: ['', 'ignore', 'Defer', true, null, 7],
    expects: "'defer' or 'inherit'",
  },
  recordUnsampled: flag(false),
  tracePropagationTargets: {
    byDefault: undefined,
    accepts: [
      same([]),
      same(['a', /b/]),
      [
        ['a', undefined, null, 7, {}, /b/],
        ['a', /b/],
      ],
      [[undefined], []],
    ],
    refuses: NO_LISTS,
    expects: 'a list of strings and regular expressions',
  },
  propagateTraceparent: flag(false),
  strictTraceContinuation: flag(false),
  maxSpansPerTransaction: { byDefault: 1000, ...numbers(1, 1000) },
  lateSpanGraceMillis: { byDefault: 1000, ...numbers(0, TIMER_MAX) },
  maxBufferedSpans: { byDefault: 250_000, ...numbers(1, OPEN) },
  captureExceptions: {
    byDefault: false,
    accepts: [same(false), same('unhandled'), same('all'), same(hook)],
    refuses: [true, 'none', '', 7, null, {}, []],
    expects: "false, 'unhandled', 'all' or a function",
  },
  traceLifecycle: {
    byDefault: 'transaction',
    accepts: [same('transaction'), same('stream')],
    refuses: ['', 'static', 'Stream', true, null, 7],
    expects: "'transaction' or 'stream'",
  },
  streamGenAiSpans: flag(false),
  sendDefaultPii: flag(false),
  tags: {
    byDefault: {},
    accepts: [same({}), same({ a: 'x', b: 7, c: false })],
    refuses: NO_RECORDS,
    expects: 'an object of strings, numbers and booleans',
  },
  tagAttributes: {
    byDefault: [],
    accepts: [same([]), same(['a', /b/])],
    refuses: NO_LISTS,
    expects: 'a list of strings and regular expressions',
  },
  transactionName: callback(),
  ignoreTransactions: {
    byDefault: [],
    accepts: [same([]), same(['a', /b/])],
    refuses: NO_LISTS,
    expects: 'a list of strings and regular expressions',
  },
  ignoreSpans: {
    byDefault: [],
    accepts: [same([]), same(['a', /b/, { name: 'c' }, { op: /d/, attributes: { e: [1] } }, {}])],
    refuses: NO_LISTS,
    expects: 'a list of strings and regular expressions and span patterns',
  },
  beforeSendTransaction: callback(),
  beforeSendSpan: callback(),
  profiler: {
    byDefault: undefined,
    accepts: [same(profiler)],
    refuses: [{}, { attach: 'x' }, 'x', 7, null, [], () => profiler],
    expects: 'a SentryProfiler',
  },
  tunnel: {
    byDefault: undefined,
    accepts: [same('https://relay.example.com/tunnel'), same('http://relay:80/'), ['', undefined]],
    refuses: NO_STRINGS,
    expects: 'a string',
  },
  proxy: {
    byDefault: undefined,
    accepts: [same('http://proxy:8080'), same('https://user:pw@proxy'), same(false)],
    refuses: [7, true, null, {}, [], () => 'x'],
    expects: 'a URL or false',
  },
  headers: {
    byDefault: undefined,
    accepts: [same({}), same({ authorization: 'x' })],
    refuses: NO_RECORDS,
    expects: 'an object of strings',
  },
  caCerts: {
    byDefault: undefined,
    accepts: [same('PEM'), same(['PEM', 'PEM']), same([])],
    refuses: [7, true, null, {}, () => 'x', Buffer.from('PEM')],
    expects: 'a list of PEM texts',
  },
  agent: {
    byDefault: undefined,
    accepts: [same(agent), same({})],
    refuses: ['x', 7, true, null, [], () => agent],
    expects: 'an http.Agent',
  },
  compression: {
    byDefault: 'gzip',
    accepts: [same('gzip'), same('none'), same('zstd')],
    refuses: ['', 'br', 'GZIP', true, false, null, 7],
    expects: "'gzip' or 'none' or 'zstd'",
  },
  requestTimeoutMillis: { byDefault: 10_000, ...numbers(1, TIMER_MAX) },
  maxQueueBytes: { byDefault: 32 * 1024 * 1024, ...numbers(0, OPEN) },
  sendClientReports: flag(true),
  spool: {
    byDefault: undefined,
    accepts: [
      [
        { directory: '/x' },
        { directory: '/x', maxBytes: 64 * 1024 * 1024, maxAgeMillis: 2 * 24 * 60 * 60 * 1000 },
      ],
      same({ directory: '/x', maxBytes: 1, maxAgeMillis: 1 }),
    ],
    refuses: NO_RECORDS,
    expects: 'an object with a directory',
  },
  spotlight: {
    byDefault: undefined,
    accepts: [
      [true, 'http://localhost:8969/stream'],
      [false, undefined],
      ['', undefined],
      same('http://spotlight:1234/stream'),
      same('https://spotlight/'),
    ],
    refuses: [7, null, {}, []],
    expects: 'true, false or an http URL',
  },
  backpressure: flag(true),
  transport: {
    byDefault: undefined,
    accepts: [same(transport)],
    refuses: [{}, { send: 'x' }, 'x', 7, null, [], () => transport],
    expects: 'an object with a send() method',
  },
  shutdownTimeoutMillis: { byDefault: 5000, ...numbers(0, TIMER_MAX) },
} as const satisfies Partial<Record<keyof Config, OptionCase>>;

function resolve(
  options: Record<string, unknown>,
  env: Record<string, string> = {},
): Record<string, unknown> {
  return { ...configOf(untypedOptions(options), env) };
}

function messageOf(options: Record<string, unknown>): string {
  try {
    resolve(options);
  } catch (error) {
    assert.ok(error instanceof TypeError);
    return error.message;
  }
  return assert.fail('nothing was thrown');
}

function shown(value: unknown): string {
  if (typeof value === 'symbol') return String(value);
  return (
    JSON.stringify(value, (_, part: unknown) => (part instanceof RegExp ? String(part) : part)) ??
    describeValue(value)
  );
}

describe('resolveConfig', () => {
  const cases: [string, OptionCase][] = Object.entries(OPTIONS);
  for (const [name, { byDefault, accepts, refuses, expects }] of cases) {
    describe(name, () => {
      it(`is ${shown(byDefault)} by default`, () => {
        assert.deepEqual(resolve({})[name], byDefault);
        assert.deepEqual(resolve({ [name]: undefined })[name], byDefault);
      });

      for (const [given, resolved] of accepts) {
        it(`takes ${shown(given)}`, () => assert.deepEqual(resolve({ [name]: given })[name], resolved));
      }

      for (const given of refuses) {
        it(`refuses ${describeValue(given)} of type ${typeof given}`, () => {
          assert.equal(
            messageOf({ [name]: given }),
            `${name} must be ${expects}, got ${describeValue(given)}`,
          );
        });
      }
    });
  }

  describe('elements of lists and objects', () => {
    const wrong: readonly (readonly [options: Record<string, unknown>, message: RegExp])[] = [
      [{ skipMethods: ['GET', 7] }, /^skipMethods\[1\] must be strings, got 7$/],
      [{ tagAttributes: [7] }, /^tagAttributes\[0\] must be .*, got 7$/],
      [{ ignoreTransactions: ['a', null] }, /^ignoreTransactions\[1\] must be .*, got null$/],
      [{ ignoreSpans: [7] }, /^ignoreSpans\[0\] must be .*, got 7$/],
      [{ ignoreSpans: [null] }, /^ignoreSpans\[0\] must be .*, got null$/],
      [{ ignoreSpans: [['a']] }, /^ignoreSpans\[0\] must be .*, got a list$/],
      [{ ignoreSpans: ['a', { name: 7 }] }, /^ignoreSpans\[1\].* must be .*/],
      [{ ignoreSpans: [{ op: {} }] }, /^ignoreSpans\[0\].* must be .*/],
      [{ ignoreSpans: [{ attributes: 'x' }] }, /^ignoreSpans\[0\].* must be .*/],
      [{ tags: { a: 'x', b: null } }, /^tags\.b must be .*, got null$/],
      [{ tags: { a: ['x'] } }, /^tags\.a must be .*, got a list$/],
      [{ headers: { accept: null } }, /^headers\.accept must be strings, got null$/],
      [{ caCerts: ['PEM', 7] }, /^caCerts\[1\] must be PEM texts, got 7$/],
      [{ spool: {} }, /^spool\.directory must be a path, got undefined$/],
      [{ spool: { directory: '' } }, /^spool\.directory must be a path, got ""$/],
      [{ spool: { directory: 7 } }, /^spool\.directory must be a path, got 7$/],
      [
        { spool: { directory: '/x', maxBytes: 0 } },
        /^spool\.maxBytes must be a number of at least 1, got 0$/,
      ],
      [
        { spool: { directory: '/x', maxAgeMillis: '1' } },
        /^spool\.maxAgeMillis must be a number .*, got "1"$/,
      ],
      [{ proxy: 'proxy:8080' }, /^proxy must be a complete http or https URL, got /],
      [{ tunnel: '/tunnel' }, /^tunnel must be a complete http or https URL, got "/],
      [{ tunnel: 'ftp://relay/' }, /^tunnel must be a complete http or https URL, got "/],
      [{ spotlight: 'x' }, /^spotlight must be true, false or an http URL, got "/],
      [{ spotlight: 'localhost:8969' }, /^spotlight must be true, false or an http URL, got "/],
      [{ spotlight: 'ftp://x/' }, /^spotlight must be true, false or an http URL, got "/],
      [{ tunnel: 'https:///x' }, /^tunnel must be a complete http or https URL/],
    ];
    for (const [options, message] of wrong) {
      it(`are named: ${String(message)}`, () => assert.match(messageOf(options), message));
    }
  });

  describe('dsn', () => {
    it('is absent by default: nothing is sent', () => assert.equal(resolve({})['dsn'], undefined));

    it('is read', () => {
      assert.deepEqual(configOf({ dsn: DSN }).dsn, {
        protocol: 'https',
        publicKey: PUBLIC_KEY,
        host: 'o7.ingest.sentry.io',
        path: '',
        projectId: '11',
      });
    });

    it('names the organisation unless an option does', () => {
      assert.equal(configOf({ dsn: DSN }).orgId, '7');
      assert.equal(configOf({ dsn: DSN, orgId: 8 }).orgId, '8');
      assert.equal(configOf({ dsn: DSN, orgId: 0 }).orgId, '7');
      assert.equal(configOf({ dsn: `https://${PUBLIC_KEY}@sentry.example.com/11` }).orgId, undefined);
    });

    it('is absent when it is empty, whatever the variable says', () => {
      assert.equal(configOf({ dsn: '' }, { SENTRY_DSN: DSN }).dsn, undefined);
    });

    it('is absent when sending is disabled, whatever the variable says', () => {
      assert.equal(configOf({ dsn: DSN, enabled: false }).dsn, undefined);
      assert.equal(configOf({ enabled: false }, { SENTRY_DSN: DSN }).dsn, undefined);
      assert.equal(configOf({ dsn: DSN, enabled: true }).dsn?.publicKey, PUBLIC_KEY);
    });

    for (const enabled of NO_BOOLEANS) {
      it(`is not looked at when enabled is ${describeValue(enabled)}`, () => {
        assert.equal(
          messageOf({ dsn: DSN, enabled }),
          `enabled must be true or false, got ${describeValue(enabled)}`,
        );
      });
    }

    const secret = 'f00dfacef00dface';
    const broken: readonly string[] = [
      `https://${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io/`,
      `https://${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io`,
      `https://${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io/project`,
      `https://${PUBLIC_KEY}:${secret}@/11`,
      `https://${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io:99999/11`,
      `https://${PUBLIC_KEY}:${secret}@host name/11`,
      `https://${PUBLIC_KEY}:pw@${secret}@o7.ingest.sentry.io/11`,
      `ftp://${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io/11`,
      `//${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io/11`,
      `${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io/11`,
      `https:/${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io/11`,
      `https://${PUBLIC_KEY}.${secret}`,
      `"https://${PUBLIC_KEY}:${secret}@o7.ingest.sentry.io/11"`,
      PUBLIC_KEY,
      ' ',
      'not a dsn',
    ];
    for (const dsn of broken) {
      it(`is refused without showing its keys: ${dsn.replaceAll(PUBLIC_KEY, 'KEY').replaceAll(secret, 'SECRET')}`, () => {
        const message = messageOf({ dsn });
        assert.match(message, /^dsn must be like 'https:\/\/<public key>@<host>\/<project id>', got "/);
        assert.ok(!message.includes(PUBLIC_KEY), message);
        assert.ok(!message.includes(secret), message);
      });

      it(`is refused although sending is disabled: ${dsn.slice(0, 8)}… of ${dsn.length}`, () => {
        assert.match(messageOf({ dsn, enabled: false }), /^dsn must be/);
      });
    }

    it('shows the host of a DSN that is refused', () => {
      assert.match(
        messageOf({ dsn: `https://${PUBLIC_KEY}@o7.ingest.sentry.io/x` }),
        /got "…@o7\.ingest\.sentry\.io\/x"$/,
      );
    });

    for (const dsn of [7, true, null, {}, [DSN], () => DSN, new URL(DSN), Buffer.from(DSN)]) {
      it(`is refused when it is ${describeValue(dsn)} of type ${typeof dsn}`, () => {
        assert.equal(messageOf({ dsn }), `dsn must be a string, got ${describeValue(dsn)}`);
      });
    }
  });

  describe('secrets', () => {
    const leaks: readonly (readonly [what: string, options: Record<string, unknown>, secret: string])[] = [
      ['a header that is a number', { headers: { authorization: 31_337_000 } }, '31337000'],
      ['a header that is a list', { headers: { authorization: ['31337000'] } }, '31337000'],
      ['credentials of a tunnel', { tunnel: 'user:31337000@relay.example.com/tunnel' }, '31337000'],
      [
        'credentials of a tunnel with another scheme',
        { tunnel: 'ftp://user:31337000@relay.example.com/' },
        '31337000',
      ],
      ['credentials of a proxy', { proxy: 'user:31337000@proxy:8080' }, '31337000'],
      [
        'credentials of a proxy with another scheme',
        { proxy: 'socks5://user:31337000@proxy:8080' },
        '31337000',
      ],
      ['a proxy that is an object', { proxy: { auth: '31337000' } }, '31337000'],
      ['a key in place of certificates', { caCerts: [{ key: '31337000' }] }, '31337000'],
      ['credentials of Spotlight', { spotlight: 'user:31337000@localhost:8969' }, '31337000'],
    ];
    for (const [what, options, secret] of leaks) {
      it(`are not shown: ${what}`, () => {
        const message = messageOf(options);
        assert.ok(!message.includes(secret), message);
        assert.match(message, /^(headers|tunnel|proxy|caCerts|spotlight)/);
      });
    }
  });

  describe('variables', () => {
    let log: RecordedLog;
    beforeEach(() => {
      log = new RecordedLog();
    });
    afterEach(() => log.stop());

    const variables: readonly (readonly [
      variable: string,
      value: string,
      option: keyof Config,
      resolved: unknown,
      given: unknown,
      wins: unknown,
    ])[] = [
      ['SENTRY_RELEASE', 'shop@1', 'release', 'shop@1', 'shop@2', 'shop@2'],
      ['SENTRY_ENVIRONMENT', 'qa', 'environment', 'qa', 'staging', 'staging'],
      ['SENTRY_NAME', 'web-1', 'serverName', 'web-1', 'web-2', 'web-2'],
      ['SENTRY_DEBUG', 'true', 'debug', true, false, false],
      ['SENTRY_DEBUG', 'off', 'debug', false, true, true],
      ['SENTRY_TRACES_SAMPLE_RATE', '0.25', 'tracesSampleRate', 0.25, 0.5, 0.5],
      ['SENTRY_TRACES_SAMPLE_RATE', '1', 'tracesSampleRate', 1, 0, 0],
      ['SENTRY_TRACE_LIFECYCLE', 'stream', 'traceLifecycle', 'stream', 'transaction', 'transaction'],
      ['SENTRY_TRACE_LIFECYCLE', 'Static', 'traceLifecycle', 'transaction', 'stream', 'stream'],
      ['SENTRY_TRACE_LIFECYCLE', 'transaction', 'traceLifecycle', 'transaction', 'stream', 'stream'],
      ['SENTRY_SPOTLIGHT', 'true', 'spotlight', 'http://localhost:8969/stream', false, undefined],
      ['SENTRY_SPOTLIGHT', 'http://spot/', 'spotlight', 'http://spot/', 'http://other/', 'http://other/'],
      ['SENTRY_SPOTLIGHT', '0', 'spotlight', undefined, 'http://other/', 'http://other/'],
      ['GITHUB_SHA', 'c0ffee', 'fallbackRelease', 'c0ffee', undefined, 'c0ffee'],
    ];
    for (const [variable, value, option, resolved, given, wins] of variables) {
      it(`${option} is ${shown(resolved)} when ${variable} is "${value}"`, () => {
        assert.deepEqual(resolve({}, { [variable]: value })[option], resolved);
        assert.deepEqual(log.lines, []);
      });

      it(`${option} is ${shown(wins)} when ${shown(given)} is given and ${variable} is "${value}"`, () => {
        assert.deepEqual(resolve({ [option]: given }, { [variable]: value })[option], wins);
      });

      it(`${option} does not see ${variable} when that is empty`, () => {
        assert.deepEqual(resolve({}, { [variable]: '' })[option], resolve({})[option]);
        assert.deepEqual(log.lines, []);
      });
    }

    it('dsn is read from SENTRY_DSN, unless it is given', () => {
      assert.equal(configOf({}, { SENTRY_DSN: DSN }).dsn?.projectId, '11');
      const other = DSN.replace('/11', '/12');
      assert.equal(configOf({ dsn: other }, { SENTRY_DSN: DSN }).dsn?.projectId, '12');
      assert.equal(configOf({}, { SENTRY_DSN: '' }).dsn, undefined);
    });

    for (const option of ['release', 'environment', 'serverName'] as const) {
      it(`${option} is that of the variable when empty text is given`, () => {
        const env = { SENTRY_RELEASE: 'v', SENTRY_ENVIRONMENT: 'v', SENTRY_NAME: 'v' };
        assert.equal(configOf({ [option]: '' }, env)[option], 'v');
      });
    }

    it('spotlight leaves the URL to the variable when it is only turned on', () => {
      assert.equal(
        configOf({ spotlight: true }, { SENTRY_SPOTLIGHT: 'http://spot/' }).spotlight,
        'http://spot/',
      );
      const { spotlight } = configOf({ spotlight: true }, { SENTRY_SPOTLIGHT: '0' });
      assert.equal(spotlight, 'http://localhost:8969/stream');
    });

    const unusable: readonly (readonly [variable: string, value: string, option: keyof Config])[] = [
      ['SENTRY_DSN', `https://${PUBLIC_KEY}@host/project`, 'dsn'],
      ['SENTRY_DSN', 'x', 'dsn'],
      ['SENTRY_DEBUG', 'maybe', 'debug'],
      ['SENTRY_DEBUG', ' ', 'debug'],
      ['SENTRY_TRACES_SAMPLE_RATE', 'x', 'tracesSampleRate'],
      ['SENTRY_TRACES_SAMPLE_RATE', '1.5', 'tracesSampleRate'],
      ['SENTRY_TRACES_SAMPLE_RATE', '-1', 'tracesSampleRate'],
      ['SENTRY_TRACES_SAMPLE_RATE', '0.5abc', 'tracesSampleRate'],
      ['SENTRY_TRACES_SAMPLE_RATE', 'true', 'tracesSampleRate'],
      ['SENTRY_TRACE_LIFECYCLE', 'dynamic', 'traceLifecycle'],
      ['SENTRY_SPOTLIGHT', 'maybe', 'spotlight'],
      ['SENTRY_SPOTLIGHT', 'localhost:8969', 'spotlight'],
    ];
    for (const [variable, value, option] of unusable) {
      it(`${option} ignores ${variable} when that is unusable, and says so: ${value.replace(PUBLIC_KEY, 'KEY')}`, () => {
        assert.deepEqual(resolve({}, { [variable]: value })[option], resolve({})[option]);
        assert.equal(log.lines.length, 1);
        assert.match(log.lines[0] ?? '', new RegExp(`^warn: ${variable} is ignored`));
        assert.ok(!log.lines.join().includes(PUBLIC_KEY));
      });
    }

    it('are not looked at when the option is given', () => {
      const env = {
        SENTRY_DSN: 'x',
        SENTRY_DEBUG: 'x',
        SENTRY_TRACES_SAMPLE_RATE: 'x',
        SENTRY_SPOTLIGHT: 'x',
      };
      configOf({ dsn: DSN, debug: false, tracesSampleRate: 0, spotlight: false }, env);
      assert.deepEqual(log.lines, []);
    });

    it('are not looked at when sending is disabled', () => {
      configOf({ enabled: false }, { SENTRY_DSN: 'x' });
      assert.deepEqual(log.lines, []);
    });

    it('are those of the process unless told otherwise', () => {
      const before = process.env['SENTRY_NAME'];
      process.env['SENTRY_NAME'] = 'set by a test';
      try {
        assert.equal(resolveConfig({}).serverName, 'set by a test');
        assert.equal(resolveConfig().serverName, 'set by a test');
        assert.equal(resolveConfig({}, {}).serverName, undefined);
      } finally {
        if (before === undefined) delete process.env['SENTRY_NAME'];
        else process.env['SENTRY_NAME'] = before;
      }
    });
  });

  describe('options as a whole', () => {
    for (const options of [null, 'x', 7, true, [], () => ({})]) {
      it(`are refused when they are ${describeValue(options)} of type ${typeof options}`, () => {
        assert.throws(() => resolveConfig(untypedOptions(options), {}), {
          name: 'TypeError',
          message: `options must be an object, got ${describeValue(options)}`,
        });
      });
    }

    it('may be missing', () => assert.equal(resolveConfig(undefined, {}).tracesSampleRate, undefined));

    it('may hold what is not known', () => {
      assert.deepEqual(resolve({ unknown: 'x' }), resolve({}));
    });

    it('may be frozen, and are not changed', () => {
      const options = Object.freeze({
        dsn: DSN,
        tags: Object.freeze({ a: 'x' }),
        skipMethods: Object.freeze(['get']),
      });
      const config = configOf(options);
      assert.deepEqual(config.skipMethods, ['GET']);
      assert.deepEqual(options.skipMethods, ['get']);
    });

    it('may change afterwards without effect', () => {
      const options = {
        skipMethods: ['GET'],
        tags: { a: 'x' },
        headers: { a: 'x' },
        ignoreSpans: ['a'],
        ignoreTransactions: ['a'],
        tagAttributes: ['a'],
        tracePropagationTargets: ['a'],
        spool: { directory: '/x' },
      };
      const config = configOf(options);
      const before = structuredClone({ ...config });
      for (const value of Object.values(options)) {
        if (Array.isArray(value)) value.push('b');
        else Reflect.set(value, 'directory', 'b');
      }
      assert.deepEqual({ ...config }, before);
    });

    it('are refused at the first that is wrong', () => {
      assert.match(messageOf({ debug: 'x', tracesSampleRate: 7 }), /^debug must be/);
    });
  });
});
