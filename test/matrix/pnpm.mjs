import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyFiles, manifestOf } from '../compat/lines.mjs';
import { run } from '../support/step.mjs';
import { CACHE } from './downloads.mjs';

/** Installs a line and the packed project in pnpm's default layout, where packages see only what they ask for. */
export async function installWithPnpm(pnpm, line, folder, tarball) {
  const { dependencies } = manifestOf(line);
  const manifest = {
    private: true,
    dependencies: { ...dependencies, 'otel-sentry-bridge': `file:${tarball}` },
  };
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const args = [
    pnpm,
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--store-dir',
    join(CACHE, 'pnpm-store'),
  ];
  await run(folder, process.execPath, args);
  return copyFiles(line, folder);
}
