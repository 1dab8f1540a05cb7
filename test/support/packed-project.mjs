// The project as it is published, installed beside other packages. Needs a build.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const STEP_TIMEOUT_MILLIS = 120_000;

/** Resolves with what was printed, rejects with everything that was said. */
export async function run(cwd, command, args, { env = process.env, timeout = STEP_TIMEOUT_MILLIS } = {}) {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd,
    env,
    timeout,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
    shell: command === NPM && process.platform === 'win32',
  });
  return stdout;
}

/** Packs the project into a folder; resolves with the file. */
export async function pack(folder) {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(await run(ROOT, NPM, args));
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
