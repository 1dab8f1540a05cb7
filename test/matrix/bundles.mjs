import { join } from 'node:path';
import { build } from 'esbuild';
import { SMOKES } from '../compat/lines.mjs';

/** CommonJS packages in an ES module, like those of OpenTelemetry, want a `require`. Some of them have a `createRequire`. */
const REQUIRE =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

const FORMATS = { '.mjs': { format: 'esm', banner: { js: REQUIRE } }, '.cjs': { format: 'cjs' } };

/** Bundles the smoke tests of a line with everything they import; resolves with the folder they are in. */
export async function bundleSmokes(files, folder) {
  for (const smoke of SMOKES) {
    await build({
      ...FORMATS[smoke.slice(-'.mjs'.length)],
      entryPoints: [join(files, smoke)],
      outfile: join(folder, smoke),
      bundle: true,
      platform: 'node',
      target: 'node20.19',
      logLevel: 'silent',
    });
  }
  return folder;
}
