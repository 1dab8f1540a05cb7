// Builds the entry points into `dist` or the folder that is given: the code once, as CommonJS, and ES modules that pass
// its exports on. So an application that uses both has one copy of it, and the package is half as large. CommonJS it is
// because not every place that loads the package may `require` an ES module: AWS Lambda and Jest, for two.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { rollup } from 'rollup';
import { minify } from 'terser';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SRC = join(ROOT, 'src');
/** Not a file. */
const HELPERS = 'the helpers of index.ts';
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const entries = Object.keys(exports)
  .filter(name => name !== './package.json')
  .map(name => (name === '.' ? 'index' : name.slice('./'.length)));

const dist = resolve(process.argv[2] ?? join(ROOT, 'dist'));
const folders = { esm: join(dist, 'esm'), cjs: join(dist, 'cjs') };

rmSync(dist, { recursive: true, force: true });
mkdirSync(folders.esm, { recursive: true });
await buildCode();
buildTypes();

/** Bundled: hundreds of small files take longer to load than all that is in them takes to run. */
async function buildCode() {
  const bundle = await rollup({
    input: {
      ...Object.fromEntries(entries.map(entry => [entry, join(SRC, `${entry}.ts`)])),
      helpers: HELPERS,
    },
    external: id => !id.startsWith('.') && !id.startsWith('/') && id !== HELPERS,
    plugins: [typescript(), { name: 'minify', renderChunk: async code => minified(code) }],
    treeshake: { moduleSideEffects: id => id.endsWith('/register.ts') },
    onwarn: warning => {
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.write({
    dir: folders.cjs,
    format: 'cjs',
    exports: 'named',
    // What Node.js brings is the default export itself.
    interop: id => (id?.startsWith('node:') ? 'default' : 'esModule'),
    esModule: true,
    externalLiveBindings: false,
    hoistTransitiveImports: false,
    generatedCode: 'es2015',
    chunkFileNames: 'shared-[hash].js',
  });
  await bundle.close();
  // The nearest one counts, for bundlers, too.
  const nature = { type: 'commonjs', sideEffects: ['./register.js'] };
  writeFileSync(join(folders.cjs, 'package.json'), `${JSON.stringify(nature)}\n`);
  const exportsOf = entry => output.find(({ isEntry, name }) => isEntry && name === entry).exports;
  const helpers = exportsOf('helpers');
  for (const entry of entries) {
    const own = exportsOf(entry);
    // From two files, so that an application bundled with helpers alone has nothing else in it.
    const parts = [
      [entry, own.filter(name => entry !== 'index' || !helpers.includes(name))],
      ['helpers', own.filter(name => entry === 'index' && helpers.includes(name))],
    ];
    const lines = parts
      .filter(([part, names]) => names.length > 0 || part === entry)
      .map(([part, names]) =>
        names.length > 0
          ? `export { ${names.join(', ')} } from '../cjs/${part}.js';\n`
          : `import '../cjs/${part}.js';\n`,
      );
    writeFileSync(join(folders.esm, `${entry}.js`), lines.join(''));
  }
}

/** Short names for what is local to a function or file. Functions and classes keep theirs: they are in stack traces. */
async function minified(code) {
  const shorter = await transform(code, { minifySyntax: true, target: 'node20.19' });
  const names = { keep_fnames: true, keep_classnames: true, toplevel: true };
  return (await minify(shorter.code, { compress: false, mangle: names, format: { comments: false } })).code;
}

/** Reads TypeScript, and an entry that is in no file: the exports of `index.ts` that need no bridge. */
function typescript() {
  return {
    name: 'typescript',
    resolveId(id, importer) {
      if (id === HELPERS) return id;
      return importer !== undefined && id.startsWith('.')
        ? join(importer === HELPERS ? SRC : dirname(importer), id.replace(/\.js$/, '.ts'))
        : null;
    },
    load(id) {
      if (id !== HELPERS) return null;
      const index = readFileSync(join(SRC, 'index.ts'), 'utf8');
      return index.match(/^export \{[^}]*\} from '\.\/(?:helpers|protocol)\/.*$/gm).join('\n');
    },
    async transform(code, id) {
      return id.endsWith('.ts')
        ? (await transform(code, { loader: 'ts', target: 'node20.19', tsconfigRaw: {} })).code
        : null;
    },
  };
}

/** Types of what can be reached from the entry points, and of nothing else; once, like the code. */
function buildTypes() {
  execFileSync(
    process.execPath,
    [
      tsc,
      '-p',
      join(ROOT, 'tsconfig.build.json'),
      '--emitDeclarationOnly',
      '--newLine',
      'lf',
      '--outDir',
      folders.cjs,
    ],
    { stdio: 'inherit' },
  );
  const reached = new Set();
  const pending = entries.map(entry => join(folders.cjs, `${entry}.d.ts`));
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(
      /(?:from |import\(|import )\s*'(\.[^']+)\.js'/g,
    )) {
      pending.push(resolve(dirname(file), `${specifier}.d.ts`));
    }
  }
  removeUnless(folders.cjs, file => !file.endsWith('.d.ts') || reached.has(file));
  for (const entry of entries) {
    const isEmpty = !/^export \{|^export \*/m.test(readFileSync(join(folders.cjs, `${entry}.d.ts`), 'utf8'));
    const text = isEmpty ? 'export {};\n' : `export * from '../cjs/${entry}.js';\n`;
    writeFileSync(join(folders.esm, `${entry}.d.ts`), text);
  }
}

/** Removes files, and the folders that are left empty. */
function removeUnless(folder, isWanted) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      removeUnless(path, isWanted);
      if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
    } else if (!isWanted(path)) rmSync(path);
  }
}
