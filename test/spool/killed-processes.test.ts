import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../support/fake-clock.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { runSpoolChild } from '../support/spool-processes.js';
import { Spooling } from '../support/spooling.js';

const ROUNDS = 5;
const MAX_LIFE_MILLIS = 400;

describe('a spool of processes that are killed', function () {
  this.timeout(150_000);
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
    runSpoolChild({
      folder: join(directory, 'spool'),
      url: sentry.envelopeUrl,
      prefix,
      mode,
      ...(mode === 'churn' && { killAfter: { line: 'ready', maxMillis: MAX_LIFE_MILLIS } }),
    });

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
  this.timeout(150_000);

  it('is sent by one of them, each envelope once', async () => {
    const sentry = await FakeSentry.start();
    const spooling = await Spooling.create();
    try {
      const clock = new FakeClock(Date.now());
      const left = spooling.start({ react: ({ fail }) => fail(new Error('down')), settings: { clock } });
      const names = Array.from({ length: 150 }, (_, index) => `left-${index}`);
      for (const name of names) await left.delivery.send(outgoingTransaction({ name }));
      await left.delivery.close(1000);
      const run = () => runSpoolChild({ folder: spooling.folder, url: sentry.envelopeUrl, mode: 'drain' });
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
