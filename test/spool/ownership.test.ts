import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { ProcessIdentity, ProcessTable } from '../../src/spool/process-identity.js';
import { systemProcessTable } from '../../src/spool/process-table.js';
import { SpoolLock, STALE_MILLIS } from '../../src/spool/spool-lock.js';
import { FlakyDisk } from '../support/flaky-disk.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { atRest, passUntil, Spooling } from '../support/spooling.js';
import { runs } from '../support/property-runs.js';

const SELF: ProcessIdentity = { host: 'here', boot: 'b1', space: 'pid:[1]', pid: 100, start: '5000' };

/** A machine with these processes, asked by `SELF`. */
function machine(...running: readonly [pid: number, start: string | undefined][]): ProcessTable {
  const starts = new Map([[SELF.pid, SELF.start], ...running]);
  return {
    self: () => Promise.resolve(SELF),
    stateOf: pid =>
      Promise.resolve(
        starts.has(pid) ? { isRunning: true, start: starts.get(pid) } : { isRunning: false as const },
      ),
  };
}

describe('SpoolLock', () => {
  let folder: string;

  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'spool-lock-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const lockOf = (claimant: string, processes = machine(), disk = new FlakyDisk()): SpoolLock =>
    new SpoolLock({ disk, folder, processes, claimant });

  async function claim(content: string, silentMillis = 0): Promise<void> {
    const path = join(folder, 'other.claim');
    await writeFile(path, content);
    const time = new Date(Date.now() - silentMillis);
    await utimes(path, time, time);
  }

  it('belongs to one at a time', async () => {
    const [first, second] = [lockOf('a'), lockOf('b')];
    assert.equal(await first.acquire(), true);
    assert.equal(await second.acquire(), false);
    assert.equal(await second.acquire(), false);
    await first.release();
    assert.equal(await second.acquire(), true);
    assert.deepEqual(await readdir(folder), ['b.claim']);
  });

  it('stays with whoever asks again', async () => {
    const lock = lockOf('a');
    assert.equal(await lock.acquire(), true);
    assert.equal(await lock.acquire(), true);
  });

  it('never belongs to two, in whatever order things happen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, count) => {
        await rm(folder, { recursive: true });
        await mkdir(folder);
        const locks = Array.from({ length: count }, (_, index) => {
          const disk = new FlakyDisk();
          disk.hold = () => scheduler.schedule(Promise.resolve());
          return lockOf(String(index), machine(), disk);
        });
        const acquired = Promise.all(locks.map(lock => lock.acquire()));
        await scheduler.waitFor(acquired);
        assert.ok((await acquired).filter(Boolean).length <= 1);
      }),
      { numRuns: runs(40) },
    );
  });

  const cases: [title: string, other: Partial<ProcessIdentity>, processes: ProcessTable, isTaken: boolean][] =
    [
      ['of a process that runs', { pid: 7, start: '1' }, machine([7, '1']), false],
      ['of another thread of this process, a moment ago', {}, machine(), false],
      ['of a process that has ended', { pid: 7, start: '1' }, machine(), true],
      ['of a process whose number another one has now', { pid: 7, start: '1' }, machine([7, '2']), true],
      ['from before the machine was started', { pid: 7, boot: 'b0' }, machine([7, '5000']), true],
      ['of another container, a moment ago', { pid: 7, space: 'pid:[2]' }, machine(), false],
      ['of another machine, a moment ago', { pid: 7, host: 'there', boot: 'b9' }, machine(), false],
      ['of a process with an unknown start, a moment ago', { pid: 7 }, machine([7, undefined]), false],
    ];
  for (const [title, other, processes, isTaken] of cases) {
    it(`${isTaken ? 'takes over' : 'respects'} a claim ${title}`, async () => {
      await claim(JSON.stringify({ ...SELF, ...other }));
      assert.equal(await lockOf('a', processes).acquire(), isTaken);
      assert.deepEqual(await readdir(folder), [isTaken ? 'a.claim' : 'other.claim']);
    });
  }

  const silent: [title: string, content: string][] = [
    ['of another container', JSON.stringify({ ...SELF, pid: 7, space: 'pid:[2]' })],
    ['of another machine', JSON.stringify({ ...SELF, pid: 7, host: 'there' })],
    ['of a process with an unknown start', JSON.stringify({ ...SELF, pid: 8 })],
    ['of another thread of this process', JSON.stringify(SELF)],
    ['that cannot be read', '{"host":'],
    ['that is empty', ''],
  ];
  for (const [title, content] of silent) {
    it(`takes over a claim ${title} when it has been silent for long, not before`, async () => {
      const processes = machine([8, undefined]);
      await claim(content, STALE_MILLIS - 5000);
      assert.equal(await lockOf('a', processes).acquire(), false);
      await claim(content, STALE_MILLIS + 5000);
      assert.equal(await lockOf('a', processes).acquire(), true);
    });
  }

  it('respects a claim of any age of a process that is known to run', async () => {
    await claim(JSON.stringify({ ...SELF, pid: 7, start: '1' }), 100 * STALE_MILLIS);
    assert.equal(await lockOf('a', machine([7, '1'])).acquire(), false);
  });

  it('knows when its claim is gone', async () => {
    const lock = lockOf('a');
    await lock.acquire();
    assert.equal(await lock.refresh(), true);
    assert.equal(await lockOf('b').acquire(), false);
    await lock.release();
    assert.equal(await lock.refresh(), false);
  });
});

describe('systemProcessTable', () => {
  it('tells this process from one that does not exist', async () => {
    const self = await systemProcessTable.self();
    const state = await systemProcessTable.stateOf(process.pid);
    assert.equal(self.pid, process.pid);
    assert.deepEqual(state, { isRunning: true, start: self.start });
    assert.equal((await systemProcessTable.stateOf(2 ** 22 + 1)).isRunning, false);
  });

  if (process.platform === 'linux') {
    it('knows when a process was started, and which boot and container it belongs to', async () => {
      const { boot, space, start } = await systemProcessTable.self();
      assert.match(String(start), /^\d+$/);
      assert.match(String(boot), /^[0-9a-f-]{36}$/);
      assert.match(String(space), /^pid:\[\d+\]$/);
    });
  }
});

describe('two deliveries with one spool', () => {
  let spooling: Spooling;
  let log: RecordedLog;

  beforeEach(async () => {
    spooling = await Spooling.create();
    log = new RecordedLog();
  });
  afterEach(() => {
    log.stop();
    return spooling.cleanUp();
  });

  const fail = ({ fail }: { fail: (error: unknown) => undefined }) => fail(new Error('down'));

  it('let the second do without, which says so once, until the first has ended', async () => {
    const first = spooling.start({ react: fail });
    const second = spooling.start({ react: fail });
    assert.equal((await first.delivery.send(outgoingTransaction())).kind, 'spooled');
    for (let i = 0; i < 3; i++) {
      assert.equal((await second.delivery.send(outgoingTransaction())).kind, 'failed');
      await second.clock.advanceAsync(10_000);
      await atRest(second.disk);
    }
    assert.deepEqual([second.spool().isOwner, second.spool().items], [false, 0]);
    await first.delivery.close(1000);
    await passUntil(second, () => second.spool().isOwner, 5000);
    assert.ok(second.clock.monotonicMillis() < 200_000);
    assert.equal(second.spool().items, 1);
    assert.deepEqual(
      log.lines.filter(line => /another process|is free/.test(line)),
      [
        `warn: another process or thread uses the spool in ${spooling.folder}; doing without until it ends`,
        `info: the spool in ${spooling.folder} is free`,
      ],
    );
  });

  it('take over from each other without sending anything twice', async () => {
    const first = spooling.start({ react: fail });
    await first.delivery.send(outgoingTransaction({ name: 'one' }));
    const second = spooling.start({ react: () => 200 });
    await second.clock.advanceAsync(10_000);
    await atRest(second.disk);
    assert.deepEqual(second.transport.sent, []);
    await first.delivery.close(1000);
    await passUntil(second, () => second.transport.calls.length === 1, 1000);
    await passUntil(second, () => second.spool().items === 0);
    assert.deepEqual(second.transport.sent, ['one']);
  });

  it('give up what is theirs when somebody else has taken the folder', async () => {
    const first = spooling.start({ react: fail });
    await first.delivery.send(outgoingTransaction());
    for (const name of await readdir(first.folder)) {
      if (name.endsWith('.claim')) await rm(join(first.folder, name));
    }
    const second = spooling.start({ react: fail });
    await passUntil(second, () => second.spool().isOwner);
    await first.clock.advanceAsync(30_000);
    await atRest(first.disk);
    assert.deepEqual([first.spool().isOwner, first.spool().items], [false, 0]);
    assert.deepEqual([second.spool().isOwner, second.spool().items], [true, 1]);
    assert.deepEqual(first.losses.totals(), []);
  });
});
