import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FakeSentry } from '../support/fake-sentry.js';
import { runSpoolChild } from '../support/spool-processes.js';
import { acceptedIds, assertExact, lossesOf, reported, sumsOf } from './support/accounts.js';
import type { Statement } from './support/application.js';
import { runChild } from './support/child-process.js';

const OUTAGE_MILLIS = 60_000;
const DEADLINE_MILLIS = OUTAGE_MILLIS + 50_000;
/** Transactions before the outage, and at least as many after it. */
const HEALTHY_TRANSACTIONS = 200;
/** Requests in flight at most: what Sentry may have when its answer is lost. */
const CONCURRENCY = 30;
/** Another address than the one requests come from: a connection to a port of no server could otherwise be its own other end. */
const HOST = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1';

interface Outcome {
  readonly statement: Statement & Record<string, unknown>;
  /** Sentry before the outage, and after it. */
  readonly servers: readonly [FakeSentry, FakeSentry];
}

describe('an outage of a minute at 200 transactions a second', function () {
  this.timeout(DEADLINE_MILLIS + 10_000);
  let directory: string;
  let withSpool: Outcome;
  let withoutSpool: Outcome;
  const servers: FakeSentry[] = [];

  /** Runs an application through an outage: nobody listens for a minute. */
  async function throughOutage(spoolDirectory: string, maxQueueBytes: string): Promise<Outcome> {
    const before = await FakeSentry.start({ host: HOST });
    servers.push(before);
    const { port } = before;
    const args = [before.dsn, spoolDirectory, maxQueueBytes];
    const child = await runChild('outage-child.ts', args, { deadlineMillis: DEADLINE_MILLIS });
    await before.received(HEALTHY_TRANSACTIONS);
    await before.close();
    await wait(OUTAGE_MILLIS);
    const after = await FakeSentry.start({ host: HOST, port });
    servers.push(after);
    await after.received(HEALTHY_TRANSACTIONS);
    child.process.stdin?.end();
    return { statement: await child.statement, servers: [before, after] };
  }

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'outage-'));
    [withSpool, withoutSpool] = await Promise.all([
      throughOutage(directory, ''),
      throughOutage('', String(1024 * 1024)),
    ]);
  });

  after(async () => {
    for (const server of servers) await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('is accounted for to the span, with a spool and without', () => {
    for (const { statement } of [withSpool, withoutSpool]) {
      assert.ok((statement.ended['transaction'] ?? 0) >= (OUTAGE_MILLIS / 1000) * 200);
      assert.deepEqual([statement['isFlushed'], statement['isClosed']], [true, true]);
      assertExact(statement);
    }
  });

  it('loses without a spool only what the queue has no room for and what was being tried, and reports all of it', () => {
    const { statement, servers: both } = withoutSpool;
    const delivered = sumsOf(statement.diagnosis.delivery?.delivered ?? []);
    const losses = lossesOf(statement);
    // An answer may have been on its way when the outage began.
    const unheard = new Set(acceptedIds(...both)).size - (delivered['transaction'] ?? 0);
    assert.ok(unheard >= 0 && unheard <= CONCURRENCY, `${unheard} unheard`);
    assert.deepEqual(reported(...both), losses);
    assert.deepEqual([...new Set(statement.diagnosis.losses.map(({ reason }) => reason))].sort(), [
      'backpressure',
      'network_error',
      'queue_overflow',
    ]);
    assert.ok((losses['queue_overflow/transaction'] ?? 0) > 100, JSON.stringify(losses));
  });

  it('loses nothing with a spool: all arrive once, and twice at most what was in flight when it began', async () => {
    const { statement, servers: both } = withSpool;
    const [, now] = both;
    assert.deepEqual(statement.diagnosis.losses, []);
    assert.ok((statement.diagnosis.delivery?.spool?.items ?? 0) > 0, 'nothing is left on disk to be sent');
    const [folder = ''] = await readdir(directory);
    await runSpoolChild({ folder: join(directory, folder), url: now.envelopeUrl, mode: 'drain' });
    const ids = acceptedIds(...both);
    const distinct = new Set(ids);
    assert.equal(distinct.size, statement.ended['transaction']);
    assert.ok(ids.length - distinct.size <= CONCURRENCY, `${ids.length - distinct.size} repeated`);
    assert.deepEqual(await readdir(join(directory, folder)), []);
    assert.deepEqual(now.violations, []);
  });
});
