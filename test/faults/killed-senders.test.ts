import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BundledProgram } from '../support/bundled-program.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { runSpoolChild, SPOOL_CHILD } from '../support/spool-processes.js';

const KILLS = 50;
/** Each has a spool and a Sentry of its own; senders of one lane follow each other. */
const LANES = 2;
const MAX_LIFE_MILLIS = 100;

describe('a sender that is killed while it spools, again and again', function () {
  this.timeout(120_000);
  let directory: string;
  let program: BundledProgram;

  before(async () => {
    program = await BundledProgram.create(SPOOL_CHILD);
  });
  after(() => program.remove());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'killed-senders-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Kills senders one after the other, lets the last one send what is left, and checks what became of it all. */
  async function runLane(lane: number): Promise<void> {
    const sentry = await FakeSentry.start();
    const folder = join(directory, `spool-${lane}`);
    const said: string[] = [];
    let spooling = 0;
    for (let kill = 0; kill < KILLS / LANES; kill++) {
      const lines = await runSpoolChild({
        folder,
        url: sentry.envelopeUrl,
        program: program.path,
        prefix: `${lane}.${kill}`,
        mode: 'churn',
        killAfter: { line: 'spooled', maxMillis: MAX_LIFE_MILLIS },
      });
      if (lines.some(line => line.startsWith('spooled '))) spooling++;
      said.push(...lines);
    }
    assert.equal(spooling, KILLS / LANES, 'some were killed before they spooled anything');
    await runSpoolChild({ folder, url: sentry.envelopeUrl, mode: 'drain' });

    const arrived = sentry.accepted('transaction').map(nameOf);
    const distinct = new Set(arrived);
    const acknowledged = said
      .filter(line => /^(spooled|delivered) /.test(line))
      .map(line => line.split(' ')[1]);
    assert.deepEqual(
      acknowledged.filter(name => name === undefined || !distinct.has(name)),
      [],
      'what was acknowledged is lost',
    );
    // One envelope of a spool is sent at a time, so that a kill leaves one without an answer at most; it may be the same
    // one several times, as it is the next one's first.
    assert.ok(arrived.length - distinct.size <= KILLS / LANES, `${arrived.length - distinct.size} repeated`);
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(sentry.violations, []);
    await sentry.close();
  }

  it(`loses nothing that was acknowledged, and repeats only what was in flight, after ${KILLS} kills`, async () => {
    await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)));
  });
});

function nameOf(event: unknown): string {
  return typeof event === 'object' && event !== null && 'transaction' in event
    ? String(event.transaction)
    : '';
}
