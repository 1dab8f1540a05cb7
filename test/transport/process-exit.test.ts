import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FakeSentry } from '../support/fake-sentry.js';

const CHILD = fileURLToPath(new URL('../support/exit-child.ts', import.meta.url));

interface Ending {
  readonly code: number | null;
  readonly output: string[];
  /** Between the first output, or the start if there was none, and the end. */
  readonly lingeredMillis: number;
}

async function run(...args: string[]): Promise<Ending> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let since = performance.now();
  child.stdout.on('data', (chunk: Buffer) => {
    if (output === '') since = performance.now();
    output += String(chunk);
  });
  const code = await new Promise<number | null>(resolve => child.on('close', resolve));
  return { code, output: output.split('\n').filter(Boolean), lingeredMillis: performance.now() - since };
}

describe('the process', function () {
  this.timeout(30_000);
  let sentry: FakeSentry;

  beforeEach(async () => void (sentry = await FakeSentry.start()));
  afterEach(() => sentry.close());

  it('ends at once when all is sent, although connections are kept open', async () => {
    const { code, output, lingeredMillis } = await run(sentry.envelopeUrl, '10000', 'flush');
    assert.deepEqual({ code, output }, { code: 0, output: ['delivered', 'true'] });
    // An idle connection is kept for four seconds.
    assert.ok(lingeredMillis < 2000, `lingered for ${lingeredMillis} ms`);
  });

  it('is not held by a request that nobody waits for', async () => {
    sentry.answerAlways('never');
    const started = performance.now();
    const { code, output } = await run(sentry.envelopeUrl, '10000', 'nothing');
    assert.deepEqual({ code, output }, { code: 0, output: [] });
    assert.ok(performance.now() - started < 8000);
  });

  it('waits for another attempt while somebody awaits a flush', async () => {
    sentry.answerNext('reset');
    const { code, output } = await run(sentry.envelopeUrl, '10000', 'flush');
    assert.deepEqual({ code, output }, { code: 0, output: ['delivered', 'true'] });
    assert.equal(sentry.requests.length, 2);
  });
});
