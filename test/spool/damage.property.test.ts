import { readFile, writeFile } from 'node:fs/promises';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { outgoingTransaction } from '../support/outgoing.js';
import { runs } from '../support/property-runs.js';
import type { Reaction } from '../support/scripted-transport.js';
import { envelopeFiles, passUntil, Spooling } from '../support/spooling.js';

const unreachable: Reaction = ({ fail }) => fail(new Error('certificate has expired'));

describe('a spool with files damaged at random', () => {
  const anyDamage = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('replace' as const), bytes: fc.uint8Array({ maxLength: 600 }) }),
    fc.record({ kind: fc.constant('leave' as const) }),
  );

  it('sends what is whole and sets the rest aside, whatever became of the files and whatever else lies there', async () => {
    const others = fc.dictionary(
      fc.stringMatching(/^[a-z0-9.-]{1,30}$/).filter(name => !/^\.+$/.test(name)),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(fc.tuple(anyDamage, anyDamage, anyDamage), others, async (damages, others) => {
        const own = await Spooling.create();
        try {
          const { delivery, folder } = own.start({ react: unreachable });
          for (const name of ['0', '1', '2']) await delivery.send(outgoingTransaction({ name }));
          await delivery.close(1000);
          const whole: string[] = [];
          const paths = (await envelopeFiles(folder)).map(name => join(folder, name));
          for (const [index, path] of paths.entries()) {
            const damage = damages[index] ?? { kind: 'leave' };
            const bytes = await readFile(path);
            const changed = damaged(bytes, damage);
            if (changed.equals(bytes)) whole.push(String(index));
            await writeFile(path, changed);
          }
          for (const [name, bytes] of Object.entries(others)) await writeFile(join(folder, name), bytes);
          const spooled = own.start({ react: () => 200 });
          const setAside = paths.length - whole.length;
          await passUntil(spooled, () => {
            const { items, quarantined } = spooled.spool();
            return spooled.transport.calls.length === whole.length && items === 0 && quarantined === setAside;
          });
          assert.deepEqual(spooled.transport.sent, whole);
        } finally {
          await own.cleanUp();
        }
      }),
      { numRuns: runs(15) },
    );
  }).timeout(60_000);
});

type Damage =
  | { readonly kind: 'cut' | 'flip'; readonly at: number }
  | { readonly kind: 'replace'; readonly bytes: Uint8Array }
  | { readonly kind: 'leave' };

function damaged(file: Buffer, damage: Damage): Buffer {
  if (damage.kind === 'leave') return file;
  if (damage.kind === 'replace') return Buffer.from(damage.bytes);
  const changed = Buffer.from(file);
  if (damage.kind === 'cut') return changed.subarray(0, damage.at % file.byteLength);
  const at = (damage.at >> 3) % file.byteLength;
  changed.writeUInt8(changed.readUInt8(at) ^ (1 << (damage.at & 7)), at);
  return changed;
}
