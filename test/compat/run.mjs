// Checks the packed project against the OpenTelemetry lines it promises, each with a version of TypeScript and on the
// Node.js that runs this: types and behaviour, ES module and CommonJS. Needs a build. The quick part of `test/matrix`.
//
// `node run.mjs` takes all of them, `node run.mjs otel-2.0 otel-3.1` those.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { atOnce } from '../support/at-once.mjs';
import { pack } from '../support/packed-project.mjs';
import { run, StepError } from '../support/step.mjs';
import { installLine, LINES, SMOKES } from './lines.mjs';
import { checkTypes } from './types.mjs';

const chosen = process.argv.slice(2);
const lines = LINES.filter(line => chosen.length === 0 || chosen.includes(line));
const temporary = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-compat-'));

async function check(line, tarball) {
  const startedAt = Date.now();
  const folder = join(temporary, line);
  const files = await installLine(line, folder, tarball);
  const version = await checkTypes(files, join(folder, 'node_modules/typescript/bin/tsc'));
  for (const smoke of SMOKES) await run(files, process.execPath, [smoke]);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`${line}: types with TypeScript ${version}, ESM and CommonJS pass (${seconds} s)`);
}

try {
  const tarball = await pack(temporary);
  await atOnce(availableParallelism(), lines, line =>
    check(line, tarball).catch(error => {
      console.error(`${line}: ${error instanceof StepError ? error.message : error.stack}`);
      process.exitCode = 1;
    }),
  );
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
