import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { member } from './members.js';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Path of the file that `require` loads. */
  readonly entry: string;
}

/** The packages within reach of the application. */
export interface Packages {
  /** A package as `from` would find it, else as the application would, else as we would. */
  find(name: string, from?: InstalledPackage): InstalledPackage | undefined;
  /** Path of a file as `from` would find it. */
  resolve(file: string, from: InstalledPackage): string | undefined;
  /** What a file exports. @throws what the file throws */
  load(path: string): unknown;
}

/** `places` are files or their URLs, in the order in which they are asked. */
export function createPackages(places: readonly string[]): Packages {
  return {
    find(name, from) {
      for (const place of from === undefined ? places : [from.entry, ...places]) {
        const entry = resolveFrom(place, name);
        const version = entry === undefined ? undefined : versionOf(name, entry);
        if (entry !== undefined && version !== undefined) return { name, version, entry };
      }
      return undefined;
    },
    resolve: (file, from) => resolveFrom(from.entry, file),
    load: path => createRequire(path)(path),
  };
}

function resolveFrom(place: string, id: string): string | undefined {
  try {
    return createRequire(place).resolve(id);
  } catch {
    // Not there, or not for `require`.
    return undefined;
  }
}

/** Asks the package's own manifest on the disk: few packages let others import it. */
function versionOf(name: string, entry: string): string | undefined {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = readJson(join(folder, 'package.json'));
    const version = member(manifest, 'version');
    if (member(manifest, 'name') === name && typeof version === 'string') return version;
  }
  return undefined;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
