import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the present sources into a folder, as if the package had been installed there; whatever the state of `dist`. */
export function buildPackage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const script = join(ROOT, '.ci/build.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [script, join(folder, 'dist')], {
    encoding: 'utf8',
  });
  if (!existsSync(join(folder, 'dist/cjs/index.d.ts'))) throw new Error(`cannot build:\n${stdout}${stderr}`);
}
