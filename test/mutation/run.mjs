// Changes the code of a directory in small ways, and runs its tests against each change: those that no test notices are
// the survivors. `node test/mutation/run.mjs [directory or file …]`, all directories if none is named.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { DIRECTORIES, optionsFor } from './options.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
// The copy that is changed is compiled like the original: tsx would not know that its files belong to ours.
process.env.TSX_TSCONFIG_PATH = 'test/mutation/tsconfig.json';

const wanted = process.argv.slice(2).map(name => name.replace(/^(\.\/)?src\/|\/$/g, ''));
const unknown = wanted.filter(name => !(name.split('/')[0] in DIRECTORIES));
if (unknown.length > 0) {
  throw new Error(
    `no tests are named for ${unknown.join(', ')}: one of ${Object.keys(DIRECTORIES).join(', ')}`,
  );
}

mkdirSync('coverage/mutation', { recursive: true });
for (const target of wanted.length > 0 ? wanted : Object.keys(DIRECTORIES)) {
  console.log(`\nsrc/${target}`);
  await new Stryker(optionsFor(target)).runMutationTest();
}
