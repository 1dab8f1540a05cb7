import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** Rows of a server's test matrix that are covered by other tests: where, and by which. */
const ROWS: readonly [row: string, file: string, title: string][] = [
  ['body just below, at and above 32768 bytes', 'transport/http-transport.test.ts', 'is ${encoding ??'],
  [
    'a threshold in bytes, not characters',
    'transport/http-transport.test.ts',
    'goes by bytes, not by characters',
  ],
  ['zstd', 'transport/http-transport.test.ts', 'is zstd where Node has it'],
  ['path prefix', 'transport/http-transport.test.ts', 'goes to a path prefix'],
  ['IPv6 host', 'transport/network-reality.test.ts', 'dsn: an IPv6 address'],
  ['tunnel', 'transport/network-reality.test.ts', 'tunnel: the dsn without its secret'],
  ['redirect is not followed', 'transport/network-reality.test.ts', 'redirects are not followed'],
  ['every rule of the validator', 'vectors/wire-rules.test.ts', 'objects to'],
  ['the validator after every test', 'support/root-hooks.ts', 'Sentry would refuse what was sent'],
  ['429 has no report', 'transport/client-reports.test.ts', 'say nothing about what Sentry counted itself'],
  ['report after recovery', 'transport/delivery-over-http.test.ts', 'reports it when it is back'],
  ['65 and more at a time', 'transport/delivery-over-http.test.ts', 'delivers hundreds at a time'],
  ['queue bound in items', 'transport/delivery.test.ts', 'refuses more envelopes than it may hold'],
  ['queue bound in bytes', 'transport/delivery.test.ts', 'refuses more bytes than it may hold'],
  ['flush has a time limit', 'transport/flush-and-close.test.ts', 'is false when the time is over'],
  [
    'close has a time limit',
    'transport/delivery-over-http.test.ts',
    'closes in time although nothing is ever answered',
  ],
  ['process exit: natural, SIGTERM, exit', 'exit/exit.test.ts', 'delivers everything that ended'],
];

describe('the server double, row by row: elsewhere', () => {
  for (const [row, file, title] of ROWS) {
    it(`${row}: ${file}`, () => {
      assert.ok(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').includes(title));
    });
  }
});
