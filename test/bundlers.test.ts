import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import { ApplicationFolder } from './docs/support/application-folder.js';
import { FakeSentry } from './support/fake-sentry.js';

const TIMEOUT_MILLIS = 60_000;

const HELPER = `
import { withSpan } from 'otel-sentry-bridge';
console.log(withSpan('work', () => 'done'));
`;

const BRIDGE = `
import { trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createSentryBridge } from 'otel-sentry-bridge';

const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
trace.setGlobalTracerProvider(
  new TracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] }),
);
trace.getTracer('app').startActiveSpan('bundled', span => span.end());
bridge.close().then(() => console.log('done'));
`;

/** CommonJS packages in an ES module, like those of OpenTelemetry, want a \`require\`. */
const REQUIRE =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

const FORMATS: [name: string, options: BuildOptions, ending: string][] = [
  ['CommonJS', { format: 'cjs' }, 'cjs'],
  ['an ES module', { format: 'esm', banner: { js: REQUIRE } }, 'mjs'],
];

describe('an application bundled with all it needs', function () {
  this.timeout(TIMEOUT_MILLIS);
  let folder: ApplicationFolder;
  let sentry: FakeSentry;

  before(async () => {
    folder = new ApplicationFolder();
    sentry = await FakeSentry.start();
  });
  after(async () => {
    await sentry.close();
    folder.remove();
  });

  async function bundle(name: string, code: string, options: BuildOptions): Promise<string> {
    folder.write('app.mjs', code);
    const outfile = join(folder.path, name);
    await build({
      ...options,
      absWorkingDir: folder.path,
      entryPoints: ['app.mjs'],
      outfile,
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
    });
    return outfile;
  }

  async function run(file: string): Promise<string> {
    const env = { PATH: process.env['PATH'], SENTRY_DSN: sentry.dsn };
    return (await promisify(execFile)(process.execPath, [file], { env })).stdout;
  }

  for (const [name, options, ending] of FORMATS) {
    it(`sends transactions as ${name}`, async () => {
      const before = sentry.accepted('transaction').length;
      assert.equal(await run(await bundle(`bridge.${ending}`, BRIDGE, options)), 'done\n');
      assert.equal(sentry.accepted('transaction').length, before + 1);
      assert.deepEqual(sentry.violations, []);
    });

    it(`has nothing of the delivery in it as ${name} when it takes a helper only`, async () => {
      const file = await bundle(`helper.${ending}`, HELPER, { ...options, external: ['@opentelemetry/*'] });
      assert.equal(await run(file), 'done\n');
      const text = readFileSync(file, 'utf8');
      assert.doesNotMatch(text, /client_report|sentry_version|https-proxy-agent/);
      assert.ok(text.length < 50_000, `${text.length} characters`);
    });
  }
});
