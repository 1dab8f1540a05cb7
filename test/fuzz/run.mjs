// Tries every property with many more cases than `npm test` does, in rounds with a seed each, until there were enough.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** Cases of a property in one round, as a multiple of those in `npm test`. */
const FACTOR = 100;
const MAX_ROUNDS = 100;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    millis: { type: 'string', default: '8000' },
  },
});
const wanted = numberOf('cases');
const firstSeed = numberOf('seed');
const millisPerProperty = numberOf('millis');

const files = positionals.length > 0 ? positionals : filesWithProperties();
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
const started = performance.now();
let properties = 0;
let cases = 0;
try {
  for (let round = 0; cases < wanted && round < MAX_ROUNDS; round++) tryAll(firstSeed + round);
} finally {
  rmSync(folder, { recursive: true });
}
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`${cases} cases of ${properties} properties, seed ${firstSeed}, ${seconds} seconds`);
if (cases < wanted) {
  console.error(`${wanted} were wanted`);
  process.exitCode = 1;
}

function tryAll(seed) {
  const countsFile = join(folder, `counts-${seed}`);
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/mocha/bin/mocha.js', '--reporter', 'dot', '--timeout', '0', ...files],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        FUZZ_FACTOR: String(FACTOR),
        FUZZ_SEED: String(seed),
        FUZZ_MILLIS: String(millisPerProperty),
        FUZZ_COUNTS: countsFile,
      },
    },
  );
  if (status !== 0) {
    console.error(
      `failed; once more: npm run test:fuzz -- --cases 1 --seed ${seed} ${positionals.join(' ')}`,
    );
    process.exit(1);
  }
  const counts = readFileSync(countsFile, 'utf8').trim().split('\n').map(Number);
  properties = counts.length;
  cases += counts.reduce((sum, count) => sum + count, 0);
  console.log(`seed ${seed}: ${cases} of ${wanted} cases`);
}

function filesWithProperties() {
  return readdirSync('test', { recursive: true })
    .map(file => join('test', file))
    .filter(file => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes("'fast-check'"));
}

function numberOf(name) {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new TypeError(`--${name} must be a number, got ${values[name]}`);
  return number;
}
