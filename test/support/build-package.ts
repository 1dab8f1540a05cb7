import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What was built by this process; the sources do not change while it runs. */
let built: string | undefined;

/** Puts the package into a folder as if it had been installed there: built from the present sources, whatever the state of `dist`. */
export function buildPackage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  built ??= build();
  cpSync(built, join(folder, 'dist'), { recursive: true });
}

function build(): string {
  const folder = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-build-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { stdout, stderr } = spawnSync(process.execPath, [join(ROOT, '.ci/build.mjs'), folder], {
    encoding: 'utf8',
  });
  if (!existsSync(join(folder, 'cjs/index.d.ts'))) throw new Error(`cannot build:\n${stdout}${stderr}`);
  return folder;
}
