import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { FakeSentry } from '../support/fake-sentry.js';
import { jsonOf } from '../support/parse-envelope.js';

const ROOT = new URL('../../', import.meta.url);
const BUILD_TIMEOUT_MILLIS = 60_000;

const EXAMPLES = [
  { script: 'examples/node-tracer-provider-2.x/index.mjs', transaction: 'hello from 2.x' },
  { script: 'examples/node-tracer-provider-2.x/index.cjs', transaction: 'hello from 2.x' },
  { script: 'examples/tracer-provider-3.x/index.mjs', transaction: 'hello from 3.x' },
];

describe('examples', () => {
  let sentry: FakeSentry;

  before(function () {
    this.timeout(BUILD_TIMEOUT_MILLIS);
    if (!existsSync(new URL('dist/cjs/package.json', ROOT)))
      execFileSync(process.execPath, ['.ci/build.mjs'], { cwd: ROOT });
  });
  beforeEach(async () => {
    sentry = await FakeSentry.start();
  });
  afterEach(() => sentry.close());

  for (const { script, transaction } of EXAMPLES) {
    it(`${script} sends a transaction and ends`, async () => {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], {
        cwd: ROOT,
        env: { PATH: process.env['PATH'], SENTRY_DSN: sentry.dsn },
      });
      const events = sentry.envelopes.flatMap(({ items }) => items.map(jsonOf));
      assert.deepEqual(
        events.map(event => (event as { transaction?: string }).transaction),
        [transaction],
      );
      assert.deepEqual(sentry.violations, []);
      assert.equal(stdout + stderr, '');
    });
  }
});
