import assert from 'node:assert/strict';
import * as zlib from 'node:zlib';
import { FakeSentry, PUBLIC_KEY } from '../support/fake-sentry.js';
import { takeWireProblems } from '../support/wire-problems.js';
import { post, type RawRequest } from './support/relay-requests.js';

const HEADERS = '{"sent_at":"2026-11-20T10:15:31.204Z"}';
const NAME = 'Größe 🎈';
const BYTES = Buffer.byteLength(NAME);
const ONE = `${HEADERS}\n{"type":"a","length":1}\nx\n`;
const AUTH = `Sentry sentry_version=7, sentry_key=${PUBLIC_KEY}`;
const PATH = '/api/42/envelope/';

/** Row, request, status, and the payloads that were read. */
const FRAMING: readonly [row: string, body: string, status: number, payloads?: readonly string[]][] = [
  ['with length', ONE, 200, ['x']],
  ['without length', `${HEADERS}\n{"type":"a"}\nx\n`, 200, ['x']],
  ['without final newline', ONE.trimEnd(), 200, ['x']],
  ['multi-byte names, length in bytes', `${HEADERS}\n{"type":"a","length":${BYTES}}\n${NAME}\n`, 200, [NAME]],
  [
    'multi-byte names, length in characters',
    `${HEADERS}\n{"type":"a","length":${NAME.length}}\n${NAME}\n`,
    400,
  ],
  ['a newline in a payload with length', `${HEADERS}\n{"type":"a","length":3}\nx\ny\n`, 200, ['x\ny']],
  ['two items', `${ONE}{"type":"b","length":1}\ny\n`, 200, ['x', 'y']],
  ['header only', HEADERS, 200, []],
  ['\\r\\n', `${HEADERS}\r\n{"type":"a"}\r\nx\r\n`, 200, ['x\r']],
  ['truncated payload', `${HEADERS}\n{"type":"a","length":9}\nx`, 400],
];

const ENCODINGS: readonly [encoding: string, body: Uint8Array][] = [
  ['gzip', zlib.gzipSync(ONE)],
  ['deflate', zlib.deflateSync(ONE)],
  ['br', zlib.brotliCompressSync(ONE)],
];

const AUTHENTICATION: readonly [row: string, request: Omit<RawRequest, 'body'>, status: number][] = [
  ['query', {}, 200],
  ['header', { path: PATH, headers: { 'x-sentry-auth': AUTH } }, 200],
  ['both', { headers: { 'x-sentry-auth': AUTH } }, 400],
  ['none', { path: PATH }, 403],
  ['wrong key', { path: `${PATH}?sentry_key=${'0'.repeat(32)}` }, 403],
  ['another path', { path: '/api/42/store/' }, 404],
];

describe('the server double, row by row: a request', () => {
  let sentry: FakeSentry;

  beforeEach(async () => {
    sentry = await FakeSentry.start();
  });
  afterEach(async () => {
    // What is sent here is nothing that Sentry knows.
    takeWireProblems();
    await sentry.close();
  });

  const payloads = (): string[] =>
    sentry.envelopes.flatMap(({ items }) => items.map(({ payload }) => payload.toString()));

  for (const [row, body, status, expected] of FRAMING) {
    it(`framing, ${row}: ${status}`, async () => {
      assert.equal(await post(sentry, { body }), status);
      if (expected !== undefined) assert.deepEqual(payloads(), expected);
    });
  }

  for (const [encoding, body] of ENCODINGS) {
    it(`framing, ${encoding}`, async () => {
      assert.equal(await post(sentry, { body, headers: { 'content-encoding': encoding } }), 200);
      assert.deepEqual(payloads(), ['x']);
    });
  }

  it('framing, chunked', async () => {
    assert.equal(await post(sentry, { body: ONE, isChunked: true }), 200);
    assert.deepEqual(payloads(), ['x']);
  });

  for (const [row, request, status] of AUTHENTICATION) {
    it(`authentication, ${row}: ${status}`, async () => {
      assert.equal(await post(sentry, { ...request, body: ONE }), status);
      assert.equal(sentry.violations.length, status === 200 ? 0 : 1);
    });
  }

  for (const [row, dsn, path, status] of [
    ['with the dsn of the project', undefined, '/tunnel', 200],
    ['without dsn', null, '/tunnel', 400],
    ['with another dsn', 'http://other@host/1', '/tunnel', 400],
    ['with a key', undefined, `/tunnel?sentry_key=${PUBLIC_KEY}`, 400],
  ] as const) {
    it(`authentication, tunnel ${row}: ${status}`, async () => {
      const header = { sent_at: '2026-11-20T10:15:31.204Z', ...(dsn !== null && { dsn: dsn ?? sentry.dsn }) };
      assert.equal(await post(sentry, { path, body: JSON.stringify(header) }), status);
    });
  }
});
