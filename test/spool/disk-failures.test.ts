import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lossesOf } from '../support/accounts.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { unreachable } from '../support/scripted-transport.js';
import { assertSpoolBalanced, atRest, envelopeFiles, passUntil, Spooling } from '../support/spooling.js';

describe('a spool whose disk fails', () => {
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

  /** What was said about the spool, without where it is. */
  const said = (): string[] =>
    log.lines
      .filter(line => line.includes('spool'))
      .map(line => line.replaceAll(spooling.folder, '<folder>').replace(/\(.*\)/, '(...)'));

  const DOES_NOT_WORK =
    'warn: the spool in <folder> does not work (...); what Sentry does not get is lost until it does';
  const WORKS_AGAIN = 'info: the spool in <folder> works again';

  const failures: [code: string, operations: readonly string[]][] = [
    ['ENOSPC', ['write']],
    ['EDQUOT', ['write']],
    ['EROFS', ['write', 'makeFolder', 'rename', 'remove', 'overwrite']],
    ['EACCES', ['makeFolder']],
    ['EIO', ['rename']],
    ['EMFILE', ['write', 'read', 'list']],
    ['ENOENT', ['write']],
  ];
  for (const [code, operations] of failures) {
    it(`counts what it cannot keep because of ${code} in ${operations.join(', ')}, says so once, and comes back`, async () => {
      const spooled = spooling.start({ react: unreachable });
      const { delivery, disk, losses, folder } = spooled;
      disk.fail = operation => (operations.includes(operation) ? code : undefined);
      const outgoing = Array.from({ length: 3 }, () => outgoingTransaction({ spans: 0 }));
      for (const each of outgoing) assert.equal((await delivery.send(each)).kind, 'failed');
      assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 3, 'network_error/span': 3 });
      assert.deepEqual(said(), [DOES_NOT_WORK]);
      disk.fail = () => undefined;
      outgoing.push(outgoingTransaction());
      assert.equal((await delivery.send(outgoing.at(-1) ?? outgoingTransaction())).kind, 'spooled');
      assert.deepEqual(said(), [DOES_NOT_WORK, WORKS_AGAIN]);
      assert.equal((await envelopeFiles(folder)).length, 1);
      assertSpoolBalanced(spooled, outgoing);
    });
  }

  it('does not say time and again that there is room for what is small enough', async () => {
    const { delivery, disk, clock } = spooling.start({ react: unreachable });
    for (let minute = 0; minute < 2; minute++) {
      for (const code of ['ENOSPC', undefined, 'ENOSPC', undefined, 'ENOSPC']) {
        disk.fail = operation => (operation === 'write' ? code : undefined);
        await delivery.send(outgoingTransaction());
      }
      clock.advance(60_000);
    }
    assert.deepEqual(said(), [DOES_NOT_WORK, WORKS_AGAIN, DOES_NOT_WORK, WORKS_AGAIN]);
  });

  it('goes on with what it has when only new files cannot be written', async () => {
    const spooled = spooling.start({
      react: ({ fail }, index) => (index < 2 ? fail(new Error('down')) : 200),
    });
    const { delivery, disk, spool, folder } = spooled;
    const outgoing = [outgoingTransaction(), outgoingTransaction()];
    await delivery.send(outgoing[0] ?? outgoingTransaction());
    disk.fail = operation => (operation === 'write' ? 'ENOSPC' : undefined);
    await delivery.send(outgoing[1] ?? outgoingTransaction());
    await passUntil(spooled, () => spool().items === 0);
    assert.deepEqual(await envelopeFiles(folder), []);
    assertSpoolBalanced(spooled, outgoing);
  });

  it('makes the folder again when it has vanished, and counts what was in it', async () => {
    const spooled = spooling.start({ react: unreachable });
    const { delivery, folder, losses, spool } = spooled;
    const outgoing = Array.from({ length: 3 }, () => outgoingTransaction({ spans: 0 }));
    await delivery.send(outgoing[0] ?? outgoingTransaction());
    await delivery.send(outgoing[1] ?? outgoingTransaction());
    await rm(dirname(folder), { recursive: true });
    assert.equal((await delivery.send(outgoing[2] ?? outgoingTransaction())).kind, 'spooled');
    assert.deepEqual(lossesOf(losses), { 'cache_overflow/transaction': 2, 'cache_overflow/span': 2 });
    assert.deepEqual([spool().isOwner, spool().items], [true, 1]);
    assertSpoolBalanced(spooled, outgoing);
  });

  it('notices that the folder has vanished when nothing is written either', async () => {
    const spooled = spooling.start({ react: unreachable, delivery: { random: () => 0 } });
    const { delivery, folder, clock, spool } = spooled;
    await delivery.send(outgoingTransaction());
    await rm(folder, { recursive: true });
    await clock.advanceAsync(30_000);
    await atRest(spooled.disk);
    assert.deepEqual([spool().isOwner, spool().items], [true, 0]);
    assertSpoolBalanced(spooled, [outgoingTransaction()]);
  });

  it('does without when there is a file in place of the folder, until there is none', async () => {
    const spooled = spooling.start({ react: unreachable });
    const { delivery, folder, spool } = spooled;
    await writeFile(folder, '');
    assert.equal((await delivery.send(outgoingTransaction())).kind, 'failed');
    assert.equal(spool().isOwner, false);
    await rm(folder);
    await passUntil(spooled, () => spool().isOwner, 1000);
    assert.equal((await delivery.send(outgoingTransaction())).kind, 'spooled');
  });

  it('sends what is on disk when reading works again', async () => {
    const spooled = spooling.start({
      react: ({ fail }, index) => (index === 0 ? fail(new Error('down')) : 200),
    });
    const { delivery, disk, transport, spool } = spooled;
    const outgoing = outgoingTransaction();
    await delivery.send(outgoing);
    disk.fail = operation => (operation === 'read' ? 'EIO' : undefined);
    await spooled.clock.advanceAsync(20_000);
    await atRest(disk);
    assert.equal(transport.calls.length, 1);
    disk.fail = () => undefined;
    await passUntil(spooled, () => spool().items === 0, 1000);
    assert.equal(transport.calls.length, 2);
    assertSpoolBalanced(spooled, [outgoing]);
  });

  it('keeps the oldest when it cannot be removed to make room', async () => {
    const spooled = spooling.start({ react: unreachable, settings: { maxBytes: 3000 } });
    const { delivery, disk, folder, losses } = spooled;
    const outgoing = [outgoingTransaction({ bytes: 2000 }), outgoingTransaction({ bytes: 2000 })];
    await delivery.send(outgoing[0] ?? outgoingTransaction());
    disk.fail = (operation, path) =>
      operation === 'remove' && path.endsWith('.envelope') ? 'EPERM' : undefined;
    assert.equal((await delivery.send(outgoing[1] ?? outgoingTransaction())).kind, 'failed');
    assert.equal((await envelopeFiles(folder)).length, 1);
    assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 1, 'network_error/span': 3 });
    assertSpoolBalanced(spooled, outgoing);
  });
});
