// Installs the dependencies of this folder when they are missing or not those of the lock file.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

const folder = resolve(process.argv[2] ?? '.');
const marker = resolve(folder, 'node_modules/.installed');
const wanted = createHash('sha256')
  .update(readFileSync(resolve(folder, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(marker) ? readFileSync(marker, 'utf8') : '';

if (installed !== wanted) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  writeFileSync(marker, wanted);
}
