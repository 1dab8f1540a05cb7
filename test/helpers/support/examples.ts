import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as entryPoint from '../../../src/index.js';

const HELPERS = new URL('../../../src/helpers/', import.meta.url);
const ENTRY_POINT = new URL('../../../src/index.ts', import.meta.url);

/** An exported function of the helpers and what its comment says. */
export interface DocumentedHelper {
  readonly name: string;
  readonly file: string;
  /** Text of the comment without its stars. */
  readonly comment: string;
  /** Code after `@example`. */
  readonly example: string | undefined;
}

type Example = Pick<DocumentedHelper, 'name' | 'example'>;

/** The helpers that the entry point exports, read from the source text. */
export function documentedHelpers(): DocumentedHelper[] {
  const files = readdirSync(HELPERS, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  );
  return files.sort().flatMap(file => {
    const text = readFileSync(new URL(file, HELPERS), 'utf8');
    return [...text.matchAll(DOCUMENTED_FUNCTION)]
      .map(([, stars = '', name = '']) => ({ name, file, comment: withoutStars(stars) }))
      .filter(({ name }) => name in entryPoint)
      .map(helper => ({ ...helper, example: /@example\s([\s\S]*)$/.exec(helper.comment)?.[1]?.trim() }));
  });
}

const DOCUMENTED_FUNCTION = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export function (\w+)/g;

function withoutStars(comment: string): string {
  return comment.replace(/^[ \t]*\*? ?/gm, '').trim();
}

/** Runs the examples as TypeScript modules, with everything the package exports and the names of `scope` at hand. */
export class ExampleRunner {
  readonly #folder = mkdtempSync(join(tmpdir(), 'examples-'));

  async run({ name, example = '' }: Example, scope: Readonly<Record<string, unknown>>): Promise<void> {
    const file = join(this.#folder, `${name.replace(/\W/g, '-')}.ts`);
    const names = Object.keys(scope).filter(key => new RegExp(`\\b${key}\\b`).test(example));
    writeFileSync(
      file,
      `import { ${Object.keys(entryPoint).join(', ')} } from ${JSON.stringify(fileURLToPath(ENTRY_POINT))};
export async function run({ ${names.join(', ')} }) {
${example}
}
`,
    );
    const module: unknown = await import(pathToFileURL(file).href);
    const run: unknown = Reflect.get(Object(module), 'run');
    if (typeof run !== 'function') throw new TypeError(`the example of ${name} is no module`);
    await Reflect.apply(run, undefined, [scope]);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
