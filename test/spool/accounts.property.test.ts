import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readSpoolFile } from '../../src/spool/spool-file.js';
import type { OutgoingEnvelope, Quantity } from '../../src/transport/outgoing-envelope.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { networkError, type Reaction } from '../support/scripted-transport.js';
import { assertSpoolBalanced, atRest, envelopeFiles, passUntil, Spooling } from '../support/spooling.js';
import { runs } from '../support/property-runs.js';

type Weather = 'up' | 'down' | 'refusing' | 'limiting' | 'limited' | 'silent';

type Step =
  | { readonly do: 'send'; readonly spans: number; readonly bytes: number }
  | { readonly do: 'error' }
  | { readonly do: 'wait'; readonly millis: number }
  | { readonly do: 'weather'; readonly is: Weather }
  | { readonly do: 'disk'; readonly fails: string | undefined }
  | { readonly do: 'restart' };

const DISK_ERRORS = ['ENOSPC', 'EROFS', 'ENOENT', undefined, undefined] as const;
const WEATHERS: readonly Weather[] = ['up', 'down', 'down', 'refusing', 'limiting', 'limited', 'silent'];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('send' as const), spans: fc.nat(5), bytes: fc.nat(3000) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'error' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      millis: fc.constantFrom(50, 3000, 20_000, 4_000_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('weather' as const), is: fc.constantFrom(...WEATHERS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('disk' as const), fails: fc.constantFrom(...DISK_ERRORS) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

describe('the accounts of a spool', function () {
  this.timeout(60_000);

  it('are exact: handed over = delivered + counted by Sentry + counted + on disk, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
        const spooling = await Spooling.create();
        try {
          await play(spooling, steps);
        } finally {
          await spooling.cleanUp();
        }
      }),
      { numRuns: runs(60) },
    );
  });
});

async function play(spooling: Spooling, steps: readonly Step[]): Promise<void> {
  let weather: Weather = 'up';
  const react: Reaction = call => {
    if (weather === 'up') return 200;
    if (weather === 'refusing') return 500;
    if (weather === 'silent') return undefined;
    const headers = { 'x-sentry-rate-limits': '30:transaction:key' };
    if (weather === 'limiting') return { statusCode: 429, headers };
    return weather === 'limited' ? { statusCode: 200, headers } : call.fail(networkError('ECONNREFUSED'));
  };
  const start = () => spooling.start({ react, settings: { maxBytes: 12_000, maxAgeMillis: 3_600_000 } });
  let spooled = start();
  let handedOver: OutgoingEnvelope[] = [];
  let onDiskBefore = spooled.spool().quantities;

  const check = async (): Promise<void> => {
    // What is in flight and what is being retried has an end, and a folder that works is found again.
    spooled.disk.fail = () => undefined;
    await spooled.clock.advanceAsync(15_000);
    await passUntil(spooled, () => spooled.spool().isOwner, 1000);
    await atRest(spooled.disk);
    assertSpoolBalanced(spooled, handedOver, onDiskBefore);
    assert.ok(spooled.spool().bytes <= 12_000);
  };

  for (const each of steps) {
    if (each.do === 'send' || each.do === 'error') {
      const outgoing = each.do === 'error' ? outgoingError() : outgoingTransaction(each);
      handedOver.push(outgoing);
      void spooled.delivery.send(outgoing);
    }
    if (each.do === 'wait') await spooled.clock.advanceAsync(each.millis);
    if (each.do === 'weather') weather = each.is;
    if (each.do === 'disk') {
      const code = each.fails;
      // A claim that cannot be taken back lets the next one wait for longer than a test.
      spooled.disk.fail = (_operation, path) => (path.endsWith('.claim') ? undefined : code);
    }
    if (each.do === 'restart') {
      const closed = spooled.delivery.close(4000);
      await spooled.clock.advanceAsync(4000);
      await closed;
      await atRest(spooled.disk);
      assertSpoolBalanced(spooled, handedOver, onDiskBefore);
      spooled = start();
      handedOver = [];
      onDiskBefore = await quantitiesIn(spooled.folder);
    }
  }
  await check();
  const files = await envelopeFiles(spooled.folder);
  assert.equal(files.length, spooled.spool().items);
}

/** What the files in a folder amount to. */
async function quantitiesIn(folder: string): Promise<Quantity[]> {
  const names = await envelopeFiles(folder);
  const files = await Promise.all(names.map(name => readFile(join(folder, name))));
  return files.flatMap(file => readSpoolFile(file)?.head.quantities ?? []);
}
