// The behaviour of each line: one process for each module format, installed by npm or pnpm, bundled, on each runtime.
import { join } from 'node:path';
import { LINES, SMOKES } from '../../compat/lines.mjs';
import { run } from '../../support/step.mjs';
import { CACHE } from '../downloads.mjs';
import { VERSIONS } from '../versions.mjs';

/** A process that does not end by itself fails. */
const TIMEOUT_MILLIS = 30_000;

const ENV = {
  PATH: process.env.PATH,
  DENO_DIR: join(CACHE, 'deno-dir'),
  DENO_NO_UPDATE_CHECK: '1',
};

/** Nothing but what is installed. */
const BUN = ['--no-install'];
const DENO = ['run', '--allow-all', '--no-remote', '--cached-only', '--node-modules-dir=manual'];

async function runSmokes(program, args, folder) {
  for (const smoke of SMOKES) {
    await run(folder, program, [...args, smoke], { env: ENV, timeout: TIMEOUT_MILLIS });
  }
}

async function checkNode(workshop, line, version) {
  const node = await workshop.program('node', version);
  await runSmokes(node, [], await workshop.line(line));
  await runSmokes(node, [], await workshop.bundles(line));
}

async function checkPnpm(workshop, line) {
  await runSmokes(process.execPath, [], await workshop.pnpmLine(line, VERSIONS.pnpm));
}

async function checkBun(workshop, line) {
  await runSmokes(await workshop.program('bun', VERSIONS.bun), BUN, await workshop.line(line));
}

async function checkDeno(workshop, line) {
  await runSmokes(await workshop.program('deno', VERSIONS.deno), DENO, await workshop.line(line));
}

export const nodeCells = LINES.flatMap(line =>
  VERSIONS.node.map(version => ({
    row: line,
    column: `Node.js ${version}`,
    check: workshop => checkNode(workshop, line, version),
  })),
);

export const otherCells = LINES.flatMap(line => [
  { row: line, column: `pnpm ${VERSIONS.pnpm}`, check: workshop => checkPnpm(workshop, line) },
  { row: line, column: `Bun ${VERSIONS.bun}`, check: workshop => checkBun(workshop, line) },
  { row: line, column: `Deno ${VERSIONS.deno}`, check: workshop => checkDeno(workshop, line) },
]);
