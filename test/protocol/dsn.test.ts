import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { envelopeUrl, maskDsn, orgIdOfDsn, parseDsn, printDsn, type Dsn } from '../../src/protocol/dsn.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
const AUTH = '?sentry_version=7&sentry_key=pub&sentry_client=otel-sentry-bridge%2F0.1.0';

function parsed(text: string): Dsn {
  const dsn = parseDsn(text);
  assert.ok(dsn !== undefined, text);
  return dsn;
}

describe('parseDsn', () => {
  const valid: [text: string, expected: Partial<Dsn>][] = [
    [
      'https://pub@o123.ingest.us.sentry.io/42',
      { protocol: 'https', host: 'o123.ingest.us.sentry.io', projectId: '42' },
    ],
    ['https://pub:sec@sentry.example.com/42', { secretKey: 'sec' }],
    ['https://pub:@host/1', { secretKey: '' }],
    ['http://pub@localhost:9000/1', { protocol: 'http', host: 'localhost', port: 9000 }],
    ['https://pub@host/sub/dir/7', { path: 'sub/dir', projectId: '7' }],
    ['https://pub@[::1]:8000/1', { host: '[::1]', port: 8000 }],
    ['https://pub@127.0.0.1/1', { host: '127.0.0.1' }],
    ['https://pub@ho_st/1', { host: 'ho_st' }],
    ['https://pub@host/7abc', { projectId: '7' }],
    ['https://pub@host/7?x=1', { projectId: '7' }],
    ['https://pub@host/7?x=a/b', { projectId: '7', path: '' }],
    ['https://pub@host/7#f', { projectId: '7' }],
    ['https://pub@host/1 ', { projectId: '1' }],
    ['https://pub@host/1\n', { projectId: '1' }],
    ['https://pub@host//1', { path: '' }],
    ['https://pub@host/a//1', { path: 'a' }],
    ['https://pub@host//a///b//1', { path: 'a/b' }],
    ['https://pub@host/007', { projectId: '007' }],
  ];
  for (const [text, expected] of valid) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const dsn = parsed(text);
      assert.equal(dsn.publicKey, 'pub');
      assert.deepEqual({ ...dsn, ...expected }, dsn);
    });
  }

  it('leaves out what is not there', () => {
    assert.deepEqual(parsed('https://pub@host/1'), {
      protocol: 'https',
      publicKey: 'pub',
      host: 'host',
      path: '',
      projectId: '1',
    });
  });

  const invalid = [
    '',
    'host',
    'https://host/1',
    'https://@host/1',
    'https://pub@host',
    'https://pub@host/',
    'https://pub@host/7/',
    'https://pub@host/abc',
    'https://pub@host/abc7',
    'https://pub@host/?7',
    'https://pub@/1',
    'https://pu-b@host/1',
    'https://pub:se-c@host/1',
    'https://pub@host:bad/1',
    'https://pub@host:/1',
    'https://pub@host:0/1',
    'https://pub@host:65536/1',
    'https://pub@host:123456/1',
    'https://pub@[::1/1',
    'https://pub@[1::2::3]/1',
    'https://pub@999.1.1.1/1',
    'https://pub@höst/1',
    'ftp://pub@host/1',
    'HTTPS://pub@host/1',
    ' https://pub@host/1',
    '//pub@host/1',
  ];
  for (const text of invalid) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDsn(text), undefined));
  }

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseDsn(text)));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseDsn(`https://pub@${text}/1`)));
  });

  it('takes no longer for long texts than their length warrants', () => {
    const long = 'a/'.repeat(500_000);
    const start = performance.now();
    for (const text of [
      `https://${long}`,
      `https://pub@${long}`,
      `https://pub@host/${long}`,
      'a'.repeat(1e6),
    ])
      parseDsn(text);
    assert.ok(performance.now() - start < 1000);
  });
});

describe('printDsn', () => {
  it('leaves out the secret', () => {
    assert.equal(printDsn(parsed('https://pub:sec@host:1234/a//b/7?x')), 'https://pub@host:1234/a/b/7');
  });

  const dsns = fc.record({
    protocol: fc.constantFrom('http', 'https'),
    key: fc.stringMatching(/^\w+$/),
    host: fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map(address => `[${address}]`),
    ),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    path: fc.array(fc.stringMatching(/^[\w.~-]+$/)),
    projectId: fc.stringMatching(/^\d+$/),
  });

  it('prints what parses to the same', () => {
    fc.assert(
      fc.property(dsns, ({ protocol, key, host, port, path, projectId }) => {
        const authority = port === null ? host : `${host}:${port}`;
        const text = [`${protocol}://${key}@${authority}`, ...path, projectId].join('/');
        assert.equal(printDsn(parsed(text)), text);
      }),
    );
  });

  it('prints what Node can post to', () => {
    fc.assert(
      fc.property(dsns, ({ protocol, key, host, projectId }) => {
        const url = new URL(envelopeUrl(parsed(`${protocol}://${key}@${host}/${projectId}`), SDK));
        assert.equal(url.pathname, `/api/${projectId}/envelope/`);
        assert.equal(url.searchParams.get('sentry_key'), key);
      }),
    );
  });
});

describe('maskDsn', () => {
  for (const [text, masked] of [
    ['https://public:secret@o1.ingest.sentry.io/sub/42', 'https://publ…@o1.ingest.sentry.io/sub/42'],
    ['http://pub@localhost:9000/1', 'http://pub…@localhost:9000/1'],
  ] as const) {
    it(`shows ${text} as ${masked}`, () => assert.equal(maskDsn(parsed(text)), masked));
  }
});

describe('envelopeUrl', () => {
  const cases: [dsn: string, url: string][] = [
    ['https://pub@o123.ingest.us.sentry.io/42', 'https://o123.ingest.us.sentry.io/api/42/envelope/'],
    ['https://pub:sec@sentry.example.com/42', 'https://sentry.example.com/api/42/envelope/'],
    ['http://pub@localhost:9000/1', 'http://localhost:9000/api/1/envelope/'],
    ['https://pub@host/sub/dir/7', 'https://host/sub/dir/api/7/envelope/'],
    ['https://pub@host/a//1', 'https://host/a/api/1/envelope/'],
    ['https://pub@[::1]:8000/1', 'https://[::1]:8000/api/1/envelope/'],
  ];
  for (const [dsn, url] of cases) {
    it(`is ${url} for ${dsn}`, () => assert.equal(envelopeUrl(parsed(dsn), SDK), url + AUTH));
  }

  it('encodes the name of the SDK', () => {
    const url = envelopeUrl(parsed('https://pub@host/1'), { name: 'a&b c', version: '1+2' });
    assert.equal(new URL(url).searchParams.get('sentry_client'), 'a&b c/1+2');
  });
});

describe('orgIdOfDsn', () => {
  const cases: [dsn: string, orgId: string | undefined][] = [
    ['https://pub@o123.ingest.us.sentry.io/42', '123'],
    ['https://pub@O123.ingest.sentry.io/42', '123'],
    ['https://pub@sentry.example.com/42', undefined],
    ['https://pub@o.example.com/42', undefined],
    ['https://pub@o12a.example.com/42', undefined],
    ['https://pub@o12/42', undefined],
    ['https://pub@foo.o12.example.com/42', undefined],
  ];
  for (const [dsn, orgId] of cases)
    it(`is ${orgId} for ${dsn}`, () => assert.equal(orgIdOfDsn(parsed(dsn)), orgId));
});
