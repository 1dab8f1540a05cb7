import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Inside of the project, so that packages are found. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/programs', import.meta.url));

/** A program in one file of JavaScript: it starts several times faster than from its sources. */
export class BundledProgram {
  readonly path: string;
  readonly #folder: string;

  static async create(source: string): Promise<BundledProgram> {
    mkdirSync(CACHE, { recursive: true });
    const program = new BundledProgram(mkdtempSync(join(CACHE, 'program-')), source);
    await build({
      entryPoints: [source],
      outfile: program.path,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      logLevel: 'error',
    });
    return program;
  }

  private constructor(folder: string, source: string) {
    this.#folder = folder;
    this.path = join(folder, basename(source).replace(/\.ts$/, '.mjs'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
