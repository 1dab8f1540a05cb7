// The project as it is published, installed beside other packages. Needs a build.
import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NPM, run } from './step.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

/** Packs the project into a folder; resolves with the file. */
export async function pack(folder) {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run(ROOT, NPM, args);
  const [{ filename }] = JSON.parse(stdout);
  return join(folder, filename);
}

/** Makes a folder with the locked packages of another folder, and the packed project. */
export async function install(from, folder, tarball) {
  mkdirSync(folder);
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(from, file), join(folder, file));
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await run(folder, NPM, ['ci', ...quietly]);
  await run(folder, NPM, ['install', '--no-save', ...quietly, tarball]);
}
