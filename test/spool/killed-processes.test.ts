import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeClock } from '../support/fake-clock.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { Spooling } from '../support/spooling.js';

const CHILD = fileURLToPath(new URL('../support/spool-child.ts', import.meta.url));
const ROUNDS = 5;
const MAX_LIFE_MILLIS = 400;

/**
 * Runs an application to its end, or kills it some time after it has begun if it has none. Resolves with what it said.
 */
async function runChild(
  folder: string,
  url: string,
  prefix: string,
  mode: 'churn' | 'drain',
): Promise<string[]> {
  const args = ['--import', 'tsx', CHILD, folder, url, prefix, mode];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (output === '' && mode === 'churn')
      setTimeout(() => child.kill('SIGKILL'), Math.random() * MAX_LIFE_MILLIS);
    output += String(chunk);
  });
  await new Promise(resolve => child.on('close', resolve));
  return output.split('\n').slice(0, -1);
}

describe('a spool of processes that are killed', function () {
  this.timeout(60_000);
  let sentry: FakeSentry;
  let directory: string;

  beforeEach(async () => {
    sentry = await FakeSentry.start();
    directory = await mkdtemp(join(tmpdir(), 'spool-killed-'));
  });
  afterEach(async () => {
    await sentry.close();
    await rm(directory, { recursive: true, force: true });
  });

  const run = (prefix: string, mode: 'churn' | 'drain'): Promise<string[]> =>
    runChild(join(directory, 'spool'), sentry.envelopeUrl, prefix, mode);

  it('loses nothing that was kept, and repeats at most what was being sent', async () => {
    const said: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // Two at a time: they must not touch each other's files.
      const outputs = await Promise.all([run(`a${round}`, 'churn'), run(`b${round}`, 'churn')]);
      said.push(...outputs.flat());
    }
    await run('end', 'drain');

    const received = sentry.accepted('transaction').map(nameOf);
    const kept = said
      .filter(line => /^(spooled|delivered) /.test(line))
      .map(line => line.split(' ')[1] ?? '');
    const arrived = new Set(received);
    assert.deepEqual(
      kept.filter(name => !arrived.has(name)),
      [],
    );
    // Whoever has the spool sends one envelope of it at a time.
    assert.ok(received.length - arrived.size <= 2 * ROUNDS, `${received.length - arrived.size} repeated`);
    assert.ok(said.filter(line => line.startsWith('spooled')).length > 0, 'nothing was spooled');
    assert.deepEqual(await readdir(join(directory, 'spool')), []);
    assert.deepEqual(sentry.violations, []);
  });
});

describe('a spool that several processes want', function () {
  this.timeout(60_000);

  it('is sent by one of them, each envelope once', async () => {
    const sentry = await FakeSentry.start();
    const spooling = await Spooling.create();
    try {
      const clock = new FakeClock(Date.now());
      const left = spooling.start({ react: ({ fail }) => fail(new Error('down')), settings: { clock } });
      const names = Array.from({ length: 150 }, (_, index) => `left-${index}`);
      for (const name of names) await left.delivery.send(outgoingTransaction({ name }));
      await left.delivery.close(1000);
      const run = () => runChild(spooling.folder, sentry.envelopeUrl, '', 'drain');
      await Promise.all([run(), run(), run()]);
      assert.deepEqual(sentry.accepted('transaction').map(nameOf), names);
      assert.deepEqual(await readdir(spooling.folder), []);
    } finally {
      await spooling.cleanUp();
      await sentry.close();
    }
  });
});

function nameOf(event: unknown): string {
  return typeof event === 'object' && event !== null && 'transaction' in event
    ? String(event.transaction)
    : '';
}
