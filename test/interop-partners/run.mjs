// Traces through the packed project and other tracing libraries, each in a process of its own, over real sockets. Needs
// a build. `node run.mjs` runs everything, `node run.mjs -g python` what is called so.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { install, pack } from '../support/packed-project.mjs';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const TEST_TIMEOUT_MILLIS = 60_000;

const temporary = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-partners-'));
const folder = join(temporary, 'partners');
try {
  await install(here, folder, await pack(temporary));
  cpSync(join(here, 'services'), join(folder, 'services'), { recursive: true });
  const { build } = createRequire(join(folder, 'package.json'))('esbuild');
  await build({
    entryPoints: [join(folder, 'services/browser.js')],
    outfile: join(folder, 'browser-bundle.js'),
    bundle: true,
    minify: true,
  });
  const mocha = [
    join(root, 'node_modules/mocha/bin/mocha.js'),
    'test/interop-partners/specs/*.spec.ts',
    `--timeout=${TEST_TIMEOUT_MILLIS}`,
  ];
  const { status } = spawnSync(process.execPath, [...mocha, ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, PARTNERS_FOLDER: folder },
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
