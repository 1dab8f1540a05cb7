import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lossesOf } from '../support/accounts.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { networkError, unreachable } from '../support/scripted-transport.js';
import { assertSpoolBalanced, atRest, envelopeFiles, Spooling } from '../support/spooling.js';

describe('Delivery with a spool', () => {
  let spooling: Spooling;

  beforeEach(async () => void (spooling = await Spooling.create()));
  afterEach(() => spooling.cleanUp());

  describe('while Sentry cannot be reached', () => {
    it('keeps on disk what would be lost, and counts nothing', async () => {
      const spooled = spooling.start({ react: unreachable });
      const { delivery, losses, folder } = spooled;
      const outgoing = [outgoingTransaction(), outgoingError()];
      for (const each of outgoing) assert.equal((await delivery.send(each)).kind, 'spooled');
      assert.deepEqual(lossesOf(losses), {});
      assert.equal((await envelopeFiles(folder)).length, 2);
      assertSpoolBalanced(spooled, outgoing);
    });

    it('retries first', async () => {
      const { delivery, clock, transport } = spooling.start({
        react: ({ fail }) => fail(networkError('EPIPE')),
      });
      const sending = delivery.send(outgoingTransaction());
      await clock.advanceAsync(2000);
      assert.equal((await sending).kind, 'spooled');
      assert.equal(transport.calls.length, 3);
    });

    it('tells what is kept', async () => {
      const { delivery, folder, spool } = spooling.start({ react: unreachable });
      assert.deepEqual(spool(), {
        directory: folder,
        isOwner: false,
        items: 0,
        bytes: 0,
        quantities: [],
        quarantined: 0,
      });
      await delivery.send(outgoingTransaction({ spans: 4 }));
      const [name = ''] = await envelopeFiles(folder);
      assert.deepEqual(spool(), {
        directory: folder,
        isOwner: true,
        items: 1,
        bytes: (await stat(join(folder, name))).size,
        quantities: [
          { category: 'transaction', quantity: 1 },
          { category: 'span', quantity: 5 },
        ],
        quarantined: 0,
      });
    });

    it('lets flush wait until everything is on disk, not until it is sent', async () => {
      const { delivery, folder } = spooling.start({ react: unreachable });
      for (let i = 0; i < 10; i++) void delivery.send(outgoingTransaction());
      assert.equal(await delivery.flush(5000), true);
      assert.equal((await envelopeFiles(folder)).length, 10);
    });

    it('writes a few files at a time', async () => {
      const { delivery, disk, spool } = spooling.start({ react: unreachable });
      await Promise.all(Array.from({ length: 40 }, () => delivery.send(outgoingTransaction())));
      assert.equal(spool().items, 40);
      assert.ok(disk.mostAtOnce <= 4, `${disk.mostAtOnce} at once`);
    });

    it('lets nobody else read what is kept', async () => {
      const { delivery, folder } = spooling.start({ react: unreachable });
      await delivery.send(outgoingTransaction());
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
      for (const name of await readdir(folder)) {
        assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name);
      }
    });

    it('leaves no unfinished files', async () => {
      const { delivery, folder } = spooling.start({ react: unreachable });
      await delivery.send(outgoingTransaction());
      const names = await readdir(folder);
      assert.deepEqual(names.map(name => name.replace(/^.*\./, '')).sort(), ['claim', 'envelope']);
    });

    it('never keeps client reports', async () => {
      const { delivery, losses, folder } = spooling.start({ react: unreachable });
      const report = {
        timestamp: 1_760_000_000,
        discarded_events: [{ reason: 'sample_rate', category: 'transaction', quantity: 1 }],
      };
      const envelope = {
        headers: {},
        items: [{ headers: { type: 'client_report' }, payload: JSON.stringify(report) }],
      };
      const outcome = await delivery.send({ envelope, category: 'error', quantities: [] });
      assert.equal(outcome.kind, 'failed');
      losses.add('sample_rate', 'transaction');
      await delivery.flush(1000);
      assert.deepEqual(await envelopeFiles(folder), []);
    });
  });

  for (const status of [200, 400, 413, 429, 500, 503]) {
    it(`keeps nothing that was answered with ${status}`, async () => {
      const spooled = spooling.start({ react: () => status });
      const outgoing = outgoingTransaction();
      await spooled.delivery.send(outgoing);
      assert.equal(spooled.spool().items, 0);
      assertSpoolBalanced(spooled, [outgoing]);
    });
  }

  it('does nothing on disk before there is something to keep, or a while has passed', async () => {
    const { delivery, disk, clock } = spooling.start({ react: () => 200 });
    await delivery.send(outgoingTransaction());
    await clock.advanceAsync(2499);
    assert.deepEqual(disk.operations, []);
    await clock.advanceAsync(1);
    assert.notDeepEqual(disk.operations, []);
  });

  describe('close', () => {
    it('keeps what is in flight and what is queued', async () => {
      const spooled = spooling.start({ delivery: { concurrency: 2 } });
      const { delivery, clock, folder, losses, transport } = spooled;
      const outgoing = Array.from({ length: 7 }, () => outgoingTransaction());
      const outcomes = outgoing.map(each => delivery.send(each));
      const closed = delivery.close(1000);
      await clock.advanceAsync(500);
      assert.equal(await closed, true);
      for (const outcome of outcomes) assert.equal((await outcome).kind, 'spooled');
      assert.deepEqual(lossesOf(losses), {});
      assert.equal((await envelopeFiles(folder)).length, 7);
      assert.equal(transport.closed, 1);
      assertSpoolBalanced(spooled, outgoing);
    });

    it('leaves the spool up to a second of a longer time', async () => {
      const { delivery, clock, folder } = spooling.start();
      void delivery.send(outgoingTransaction());
      const closed = delivery.close(10_000);
      await clock.advanceAsync(8999);
      assert.deepEqual(await envelopeFiles(folder), []);
      await clock.advanceAsync(1);
      assert.equal(await closed, true);
      assert.equal((await envelopeFiles(folder)).length, 1);
    });

    it('leaves the spool half of the time when Sentry could not be reached the last time', async () => {
      let isDown = true;
      const { delivery, clock, folder } = spooling.start({
        react: ({ fail }) => (isDown ? fail(new Error('down')) : undefined),
      });
      await delivery.send(outgoingTransaction());
      isDown = false;
      void delivery.send(outgoingTransaction());
      const closed = delivery.close(10_000);
      await clock.advanceAsync(4999);
      assert.equal((await envelopeFiles(folder)).length, 1);
      await clock.advanceAsync(1);
      assert.equal(await closed, true);
      assert.equal((await envelopeFiles(folder)).length, 2);
    });

    it('gives the folder away and leaves no timer behind', async () => {
      const { delivery, clock, folder, spool } = spooling.start({ react: unreachable });
      await delivery.send(outgoingTransaction());
      await delivery.close(1000);
      assert.deepEqual(await readdir(folder), await envelopeFiles(folder));
      assert.equal(clock.pendingTimers, 0);
      assert.equal(spool().isOwner, false);
    });

    it('does not touch the disk when there was nothing to keep', async () => {
      const { delivery, disk } = spooling.start({ react: () => 200 });
      await delivery.send(outgoingTransaction());
      assert.equal(await delivery.close(1000), true);
      assert.deepEqual(disk.operations, []);
    });

    it('counts what could not be written in time, and does not keep it as well', async () => {
      const spooled = spooling.start();
      const { delivery, clock, disk, folder, losses } = spooled;
      let release = (): void => undefined;
      const held = new Promise<void>(resolve => (release = resolve));
      disk.hold = (operation, path) =>
        operation === 'write' && path.endsWith('.unfinished') ? held : undefined;
      const outgoing = Array.from({ length: 6 }, () => outgoingTransaction());
      const outcomes = outgoing.map(each => delivery.send(each));
      const closed = delivery.close(1000);
      await clock.advanceAsync(1000);
      assert.equal(await closed, false);
      for (const outcome of outcomes) assert.notEqual((await outcome).kind, 'spooled');
      assert.deepEqual(lossesOf(losses), { 'network_error/transaction': 6, 'network_error/span': 18 });
      assertSpoolBalanced(spooled, outgoing);
      release();
      await atRest(disk);
      assert.deepEqual(await envelopeFiles(folder), []);
    });

    it('is not held up by a disk that hangs', async () => {
      const { delivery, clock, disk } = spooling.start();
      disk.hold = () => new Promise(() => undefined);
      const outcome = delivery.send(outgoingTransaction());
      const closed = delivery.close(1000);
      await clock.advanceAsync(1000);
      assert.equal(await closed, false);
      assert.equal((await outcome).kind, 'failed');
    });
  });
});
