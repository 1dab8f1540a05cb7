import { realpathSync } from 'node:fs';
import { join } from 'node:path';

export interface SearchOrigins {
  readonly cwd: string;
  /** The script Node was told to run. */
  readonly main: string | undefined;
  /** A file of this package, as path or URL. */
  readonly own: string | undefined;
}

/** Files from whose point of view packages are looked for: the application's first, then ours. */
export function searchPlaces(
  { cwd, main, own }: SearchOrigins,
  realpath: (path: string) => string = realpathSync,
): string[] {
  const script = main === undefined ? undefined : realPlace(main, realpath);
  return [join(cwd, 'index.js'), script, own].filter(place => place !== undefined);
}

/** Commands are links to files in the packages they belong to. */
function realPlace(path: string, realpath: (path: string) => string): string | undefined {
  try {
    return realpath(path);
  } catch {
    return undefined;
  }
}
