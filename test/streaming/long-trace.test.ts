import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fieldsOf, numberOf } from '../support/vectors/narrow.js';

const APPLICATION = fileURLToPath(new URL('long-trace-application.ts', import.meta.url));
const DEADLINE_MILLIS = 90_000;

/** Two batches of a thousand such spans, in every form they have on their way. */
const MAX_GROWTH_BYTES = 8 * 1024 * 1024;

describe('a trace of 100,000 spans over ten minutes', function () {
  this.timeout(DEADLINE_MILLIS + 5000);

  it('arrives complete below an open root, in memory for its batches', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', APPLICATION],
      { timeout: DEADLINE_MILLIS },
    );
    const outcome = fieldsOf(JSON.parse(stdout));
    assert.equal(outcome['once'], 100_001);
    assert.equal(outcome['problems'], 0);
    assert.deepEqual(outcome['losses'], []);
    assert.ok(numberOf(outcome['mostBuffered']) <= 1000, stdout);
    assert.ok(numberOf(outcome['growthBytes']) < MAX_GROWTH_BYTES, stdout);
  });
});
