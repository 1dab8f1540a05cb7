// The OpenTelemetry lines the project promises: each folder with a package.json here is one.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../support/packed-project.mjs';

const here = import.meta.dirname;

/** Lines with the same API use the files of one of them. */
const FILES_OF = { 'otel-2.6': 'otel-2.0', 'otel-3.0': 'otel-3.1' };

/** SDK packages, then those with `NodeSDK`; old ones first. */
export const LINES = readdirSync(here)
  .filter(name => existsSync(join(here, name, 'package.json')))
  .sort(compareLines);

/** The same test, as ES module and as CommonJS. */
export const SMOKES = ['smoke.mjs', 'smoke.cjs'];

export function manifestOf(line) {
  return JSON.parse(readFileSync(join(here, line, 'package.json'), 'utf8'));
}

/** Installs a line with the packed project into a folder; resolves with the folder of its files below that. */
export async function installLine(line, folder, tarball) {
  await install(join(here, line), folder, tarball);
  return copyFiles(line, folder);
}

/** The line's files and the shared ones, below its packages; and once more where TypeScript takes them for ES modules. */
export function copyFiles(line, folder) {
  const isOwn = path => !path.includes('node_modules') && !/package(-lock)?\.json$/.test(path);
  for (const target of [folder, join(folder, 'esm')]) {
    cpSync(join(here, FILES_OF[line] ?? line), join(target, 'line'), { recursive: true, filter: isOwn });
    cpSync(join(here, 'support'), join(target, 'support'), { recursive: true });
  }
  writeFileSync(join(folder, 'esm/package.json'), '{ "type": "module" }\n');
  return join(folder, 'line');
}

function compareLines(a, b) {
  const [nameOfA, versionOfA] = partsOf(a);
  const [nameOfB, versionOfB] = partsOf(b);
  return nameOfB.localeCompare(nameOfA) || versionOfA.localeCompare(versionOfB, 'en', { numeric: true });
}

function partsOf(line) {
  const at = line.lastIndexOf('-');
  return [line.slice(0, at), line.slice(at + 1)];
}
