import { readdirSync } from 'node:fs';
import { run } from '../support/step.mjs';

/** Way to resolve modules of which newer compilers want to hear nothing. */
const OLD_WAY = 'tsconfig.node10.json';
const FIRST_WITHOUT_OLD_WAY = 6;

/**
 * Compiles what a line does with the packed project, once for each tsconfig.json among its files; resolves with the
 * version of the compiler.
 */
export async function checkTypes(files, tsc) {
  const { stdout } = await run(files, process.execPath, [tsc, '--version']);
  const version = stdout.trim().replace('Version ', '');
  const isNew = Number.parseInt(version, 10) >= FIRST_WITHOUT_OLD_WAY;
  const projects = readdirSync(files).filter(name => /^tsconfig.*\.json$/.test(name));
  for (const project of projects) {
    if (!(isNew && project === OLD_WAY)) await run(files, process.execPath, [tsc, '-p', project]);
  }
  return version;
}
