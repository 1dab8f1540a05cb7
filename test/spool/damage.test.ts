import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_QUARANTINED_BYTES, MAX_QUARANTINED_FILES } from '../../src/spool/quarantine.js';
import { lossesOf } from '../support/accounts.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { unreachable } from '../support/scripted-transport.js';
import { assertSpoolBalanced, atRest, envelopeFiles, passUntil, Spooling } from '../support/spooling.js';

describe('a spool with damaged files', () => {
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

  async function leave(...names: string[]): Promise<string[]> {
    const { delivery, folder } = spooling.start({ react: unreachable });
    for (const name of names) await delivery.send(outgoingTransaction({ name }));
    await delivery.close(1000);
    return (await envelopeFiles(folder)).map(name => join(folder, name));
  }

  const damages: [title: string, damage: (path: string) => Promise<void>][] = [
    ['cut in the middle', path => truncate(path, 200)],
    ['cut in its first line', path => truncate(path, 10)],
    ['empty', path => truncate(path, 0)],
    ['something else', path => writeFile(path, '{"hello":"world"}')],
    ['longer than it should be', path => writeFile(path, 'more', { flag: 'a' })],
    [
      'changed in its envelope',
      async path => {
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.replace('second', 'SECOND'));
      },
    ],
  ];
  for (const [title, damage] of damages) {
    it(`sets a file aside that is ${title}, says so once, and sends the others`, async () => {
      const [, second = ''] = await leave('first', 'second', 'third');
      await damage(second);
      const spooled = spooling.start({ react: () => 200 });
      await passUntil(spooled, () => spooled.transport.calls.length === 2);
      await passUntil(spooled, () => spooled.spool().items === 0);
      assert.deepEqual(spooled.transport.sent, ['first', 'third']);
      assert.equal(spooled.spool().quarantined, 1);
      const names = await readdir(spooled.folder);
      assert.equal(names.filter(name => name.endsWith('.quarantined')).length, 1);
      assert.equal(log.lines.filter(line => line.includes('set it aside')).length, 1);
    });
  }

  it('leaves files alone that are none of its own', async () => {
    await leave('first');
    await writeFile(join(spooling.folder, 'notes.txt'), 'mine');
    await mkdir(join(spooling.folder, 'photos'));
    await mkdir(join(spooling.folder, 'letters.envelope'));
    const spooled = spooling.start({ react: () => 200 });
    await passUntil(spooled, () => spooled.transport.calls.length === 1);
    await atRest(spooled.disk);
    const names = await readdir(spooled.folder);
    assert.ok(names.includes('notes.txt') && names.includes('photos') && names.includes('letters.envelope'));
    assert.equal(spooled.spool().quarantined, 0);
  });

  it('sets aside what only has the name of an envelope', async () => {
    await leave('first');
    await writeFile(join(spooling.folder, 'letter.envelope'), 'Dear Sir or Madam');
    const spooled = spooling.start({ react: () => 200 });
    await passUntil(spooled, () => spooled.transport.calls.length === 1);
    assert.equal(spooled.spool().quarantined, 1);
    assert.deepEqual(spooled.transport.sent, ['first']);
  });

  it('removes what was never finished', async () => {
    const [path = ''] = await leave('first');
    await writeFile(`${path}.unfinished`, 'otel-sentry-bridge spool 1 0000');
    const spooled = spooling.start({ react: () => 200 });
    await passUntil(spooled, () => spooled.transport.calls.length === 1);
    assert.equal((await readdir(spooled.folder)).filter(name => name.includes('unfinished')).length, 0);
  });

  it('accounts for what is damaged or removed while it is running', async () => {
    const spooled = spooling.start({ react: unreachable, delivery: { random: () => 0 } });
    const { delivery, folder, losses, spool } = spooled;
    const outgoing = [outgoingTransaction(), outgoingTransaction()];
    for (const each of outgoing) await delivery.send(each);
    const [first = '', second = ''] = await envelopeFiles(folder);
    await truncate(join(folder, first), 50);
    await rm(join(folder, second));
    await passUntil(spooled, () => spool().items === 0);
    assert.deepEqual(lossesOf(losses), { 'cache_overflow/transaction': 2, 'cache_overflow/span': 6 });
    assert.equal(spool().quarantined, 1);
    assertSpoolBalanced(spooled, outgoing);
  });

  it('keeps a limited number of them, the newest', async () => {
    await leave('good');
    const count = MAX_QUARANTINED_FILES + 5;
    for (let index = 0; index < count; index++) {
      await writeFile(join(spooling.folder, `${String(index).padStart(3, '0')}.envelope`), 'bad');
    }
    const spooled = spooling.start({ react: unreachable });
    await passUntil(spooled, () => spooled.spool().isOwner);
    const aside = (await readdir(spooled.folder)).filter(name => name.endsWith('.quarantined')).sort();
    assert.equal(aside.length, MAX_QUARANTINED_FILES);
    assert.equal(aside[0], '005.envelope.quarantined');
    assert.equal(spooled.spool().quarantined, MAX_QUARANTINED_FILES);
    await spooled.delivery.close(0);
    const next = spooling.start({ react: unreachable });
    await passUntil(next, () => next.spool().isOwner);
    assert.equal(next.spool().quarantined, MAX_QUARANTINED_FILES);
  });

  it('keeps a limited number of their bytes', async () => {
    await leave('good');
    for (const name of ['1', '2', '3']) {
      const bytes = new Uint8Array(MAX_QUARANTINED_BYTES / 2);
      await writeFile(join(spooling.folder, `${name}.envelope`), bytes);
    }
    const spooled = spooling.start({ react: unreachable });
    await passUntil(spooled, () => spooled.spool().isOwner);
    const aside = (await readdir(spooled.folder)).filter(name => name.endsWith('.quarantined')).sort();
    assert.deepEqual(aside, ['2.envelope.quarantined', '3.envelope.quarantined']);
  });
});
