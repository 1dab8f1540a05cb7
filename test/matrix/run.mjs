// Checks the packed project with every runtime, line of OpenTelemetry, compiler and package manager it promises. Needs a
// build, and npm's registry the first time.
//
//   node run.mjs                     everything, and prints the table
//   node run.mjs --write             and writes it into docs/compatibility.md
//   node run.mjs otel-3.1 TypeScript only rows and columns with these words in them
//   node run.mjs --check             checks nothing but that the document has these rows and columns, all of them passed
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { atOnce } from '../support/at-once.mjs';
import { StepError } from '../support/step.mjs';
import { CELLS } from './cells.mjs';
import { documentedTable, documentTable } from './document.mjs';
import { FAILED, PASSED, tableOf } from './table.mjs';
import { Workshop } from './workshop.mjs';

const words = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
const isAsked = flag => process.argv.includes(flag);

/** Resolves with the cells that have failed. */
async function checkCells(cells) {
  const failed = new Set();
  const temporary = mkdtempSync(join(tmpdir(), 'matrix-'));
  const workshop = new Workshop(temporary);
  try {
    await atOnce(availableParallelism(), cells, async cell => {
      const startedAt = performance.now();
      const report = word => {
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        console.log(`${word} ${cell.row}, ${cell.column} (${seconds} s)`);
      };
      try {
        await cell.check(workshop);
        report('ok    ');
      } catch (error) {
        failed.add(cell);
        report('FAILED');
        console.error(error instanceof StepError ? error.message : error);
      }
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return failed;
}

if (isAsked('--check')) {
  if (documentedTable() !== tableOf(CELLS, () => PASSED)) {
    console.error('docs/compatibility.md has another table: npm run test:matrix -- --write');
    process.exitCode = 1;
  }
} else {
  const cells = CELLS.filter(({ row, column }) => words.every(word => `${row}, ${column}`.includes(word)));
  const failed = await checkCells(cells);
  const table = tableOf(cells, cell => (failed.has(cell) ? FAILED : PASSED));
  console.log(`\n${table}\n\n${cells.length - failed.size} passed, ${failed.size} failed`);
  if (isAsked('--write') && words.length === 0) documentTable(table);
  if (failed.size > 0 || cells.length === 0) process.exitCode = 1;
}
