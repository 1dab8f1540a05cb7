import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { SDK } from '../../src/sdk-info.js';
import { ApplicationFolder } from '../docs/support/application-folder.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { jsonOf } from '../support/parse-envelope.js';

const ROOT = new URL('../../', import.meta.url);
const BUILD_TIMEOUT_MILLIS = 60_000;

/** Runs on its own, with `npm run demo`. */
const DEMO = 'demo';
const FOLDERS = readdirSync(new URL('examples/', ROOT), { withFileTypes: true }).flatMap(entry =>
  entry.isDirectory() ? [entry.name] : [],
);

const EXAMPLES = [
  { script: 'examples/node-tracer-provider-2.x/index.mjs', transaction: 'hello from 2.x' },
  { script: 'examples/node-tracer-provider-2.x/index.cjs', transaction: 'hello from 2.x' },
  { script: 'examples/tracer-provider-3.x/index.mjs', transaction: 'hello from 3.x' },
];

describe('examples', () => {
  let folder: ApplicationFolder;
  let sentry: FakeSentry;

  before(function () {
    this.timeout(BUILD_TIMEOUT_MILLIS);
    folder = new ApplicationFolder();
  });
  after(() => folder.remove());
  beforeEach(async () => {
    sentry = await FakeSentry.start();
  });
  afterEach(() => sentry.close());

  for (const name of FOLDERS) {
    it(`${name} says what it is, and is listed`, () => {
      const readme = readFileSync(new URL(`examples/${name}/README.md`, ROOT), 'utf8');
      assert.match(readme, /^# .+\n\s+\S/);
      const index = readFileSync(new URL('examples/README.md', ROOT), 'utf8');
      assert.ok(index.includes(`[${name}](${name}/README.md)`));
    });

    if (name === DEMO) continue;
    it(`${name} is run as it is installed, with pinned packages`, () => {
      const checks = readdirSync(new URL('test/examples/', ROOT)).filter(file => file.endsWith('.check.ts'));
      const texts = checks.map(file => readFileSync(new URL(`test/examples/${file}`, ROOT), 'utf8'));
      assert.ok(texts.some(text => text.includes(`'${name}'`)));
      const { dependencies }: { dependencies?: unknown } = JSON.parse(
        readFileSync(new URL(`examples/${name}/package.json`, ROOT), 'utf8'),
      );
      const { 'otel-sentry-bridge': ours, ...others }: Record<string, unknown> = { ...Object(dependencies) };
      assert.equal(ours, `^${SDK.version}`);
      assert.deepEqual(
        Object.entries(others).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version))),
        [],
      );
    });
  }

  for (const { script, transaction } of EXAMPLES) {
    it(`${script} sends a transaction and ends`, async () => {
      folder.write(script, readFileSync(new URL(script, ROOT), 'utf8'));
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], {
        cwd: folder.path,
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
