// Programs from npm's registry, each downloaded once into a folder of the system's temporary one.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NPM, run } from '../support/step.mjs';

export const CACHE = join(tmpdir(), 'otel-sentry-bridge-matrix');

const PLATFORM = `${process.platform}-${process.arch}`;
const LIBC = process.platform === 'linux' ? '-glibc' : '';

/** Packages that bring a program, and where it is in them. */
const PROGRAMS = {
  node: { packageName: `node-${PLATFORM}`, path: 'bin/node' },
  bun: { packageName: `@oven/bun-${PLATFORM.replace('arm64', 'aarch64')}`, path: 'bin/bun' },
  deno: { packageName: `@deno/${PLATFORM}${LIBC}`, path: 'deno' },
  pnpm: { packageName: 'pnpm', path: 'bin/pnpm.cjs' },
};

/** Resolves with the path of a program in its unpacked package, whose other parts stay beside it. */
export async function download(name, version) {
  const { packageName, path } = PROGRAMS[name];
  const folder = await cached(`${name}-${version}`, async partial => {
    const { stdout } = await run(partial, NPM, ['pack', `${packageName}@${version}`, '--silent']);
    const tarball = stdout.trim();
    await run(partial, 'tar', ['xzf', tarball]);
    rmSync(join(partial, tarball));
  });
  return join(folder, 'package', path);
}

/** TypeScript comes in several packages from version 7 on, which npm knows how to put together. */
export async function downloadTypeScript(version) {
  const folder = await cached(`typescript-${version}`, async partial => {
    const options = ['--prefix', '.', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run(partial, NPM, ['install', ...options, `typescript@${version}`]);
  });
  return join(folder, 'node_modules/typescript/bin/tsc');
}

/** What is there is complete: it gets its name when it is. */
async function cached(name, fill) {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, 'partial-'));
  try {
    await fill(partial);
    // Somebody else may have been faster.
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
