import type { InstalledPackage, Packages } from '../../../src/register/packages/find-packages.js';

export interface FakePackage {
  readonly version?: string;
  readonly exports?: unknown;
  /** Names of the packages that can see it; default the application and all others. */
  readonly seenBy?: readonly string[];
}

/** Packages that exist only in the test. Files have the path `/<package or file>`. */
export function fakePackages(
  packages: Readonly<Record<string, FakePackage>>,
  files: Readonly<Record<string, unknown>> = {},
): Packages {
  return {
    find(name, from) {
      const found = packages[name];
      const isSeen = found?.seenBy === undefined || (from !== undefined && found.seenBy.includes(from.name));
      return found !== undefined && isSeen ? installed(name, found.version) : undefined;
    },
    resolve: file => (file in files ? `/${file}` : undefined),
    load(path) {
      const name = path.slice(1);
      const exported = name in files ? files[name] : packages[name]?.exports;
      if (exported instanceof Error) throw exported;
      return exported;
    },
  };
}

export function installed(name: string, version = '1.0.0'): InstalledPackage {
  return { name, version, entry: `/${name}` };
}
