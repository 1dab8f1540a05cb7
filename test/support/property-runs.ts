import { appendFileSync } from 'node:fs';
import * as fc from 'fast-check';

const DEFAULT_RUNS = 100;

/** How many times as many cases as `npm test` tries; set by `npm run test:fuzz`, as are the others. */
const FACTOR = Number(process.env['FUZZ_FACTOR'] ?? 1);
const SEED = process.env['FUZZ_SEED'];
/** What a property may take; what is left of its cases is not tried. */
const MILLIS_PER_PROPERTY = process.env['FUZZ_MILLIS'];
/** Where to note how many cases each property was tried with. */
const COUNTS_FILE = process.env['FUZZ_COUNTS'];

/** How many cases to try of a property that costs more, or deserves more, than others. */
export function runs(inTests: number): number {
  return Math.ceil(inTests * FACTOR);
}

/**
 * Applies to every property that says nothing else. Mocha loads test files with `require` where it can and else with
 * `import`, and each way comes with a fast-check of its own.
 */
export async function configureProperties(): Promise<void> {
  for (const { configureGlobal } of [fc, await import('fast-check')]) {
    configureGlobal({
      numRuns: runs(DEFAULT_RUNS),
      ...(SEED !== undefined && { seed: Number(SEED) }),
      ...(MILLIS_PER_PROPERTY !== undefined && { interruptAfterTimeLimit: Number(MILLIS_PER_PROPERTY) }),
      reporter: report,
    });
  }
}

function report(details: fc.RunDetails<unknown>): void {
  if (COUNTS_FILE !== undefined) appendFileSync(COUNTS_FILE, `${details.numRuns}\n`);
  if (!details.failed) return;
  throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
}
