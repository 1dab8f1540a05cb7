// Builds the entry points as ES modules and as CommonJS from the same sources, into `dist` or the folder that is given.
// Bundled: hundreds of small files take longer to load than all that is in them takes to run.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const entries = Object.keys(exports)
  .filter(name => name !== './package.json')
  .map(name => (name === '.' ? 'index' : name.slice('./'.length)));

const dist = resolve(process.argv[2] ?? join(ROOT, 'dist'));
const folders = { esm: join(dist, 'esm'), cjs: join(dist, 'cjs') };

rmSync(dist, { recursive: true, force: true });

const minified = { minifySyntax: true, minifyWhitespace: true, legalComments: 'none', target: 'node20.19' };
// Names stay: they are in stack traces. Code that entry points share is in files of its own.
await build({
  ...minified,
  entryPoints: entries.map(entry => join(ROOT, `src/${entry}.ts`)),
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outdir: folders.esm,
  chunkNames: 'shared-[hash]',
});
const modules = readdirSync(folders.esm).map(name => join(folders.esm, name));
await build({ ...minified, entryPoints: modules, platform: 'node', format: 'cjs', outdir: folders.cjs });
writeFileSync(join(folders.cjs, 'package.json'), '{ "type": "commonjs" }\n');

/** Types of what can be reached from the entry points, and of nothing else. */
const types = join(dist, 'types');
execFileSync(
  process.execPath,
  [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', types],
  {
    stdio: 'inherit',
  },
);
const reached = new Set();
const pending = entries.map(entry => join(types, `${entry}.d.ts`));
for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
  if (reached.has(file)) continue;
  reached.add(file);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g)) {
    pending.push(resolve(dirname(file), `${specifier}.d.ts`));
  }
}
for (const name of readdirSync(types, { recursive: true })) {
  const file = join(types, name);
  if (!reached.has(file)) continue;
  for (const folder of Object.values(folders)) {
    const target = join(folder, relative(types, file));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
}
rmSync(types, { recursive: true });
