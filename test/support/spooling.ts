import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import type { ProcessTable } from '../../src/spool/process-identity.js';
import { systemProcessTable } from '../../src/spool/process-table.js';
import { Spool, type SpoolSettings } from '../../src/spool/spool.js';
import { Delivery } from '../../src/transport/delivery.js';
import type { DeliveryOptions } from '../../src/transport/delivery-options.js';
import type { SpoolSnapshot } from '../../src/transport/delivery-snapshot.js';
import type { OutgoingEnvelope, Quantity } from '../../src/transport/outgoing-envelope.js';
import { FakeClock, settle } from './fake-clock.js';
import { FlakyDisk } from './flaky-disk.js';
import { ScriptedTransport, type Reaction } from './scripted-transport.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };
/** A disk that others use as well can be slow. */
const PATIENCE_MILLIS = 8000;

/** Knows this process only, without asking the system. */
const SELF = await systemProcessTable.self();
const PROCESSES: ProcessTable = {
  self: () => Promise.resolve(SELF),
  stateOf: pid => Promise.resolve({ isRunning: pid === SELF.pid, start: SELF.start }),
};

export interface SpooledDelivery {
  readonly clock: FakeClock;
  readonly losses: LossCounter;
  readonly transport: ScriptedTransport;
  readonly disk: FlakyDisk;
  readonly delivery: Delivery;
  readonly folder: string;
  readonly spool: () => SpoolSnapshot;
}

export interface SpooledOptions {
  readonly react?: Reaction;
  readonly settings?: Partial<SpoolSettings>;
  readonly delivery?: Partial<DeliveryOptions>;
}

/** Folders and deliveries of one test, to be cleaned up after it. */
export class Spooling {
  readonly #root: string;
  readonly #started: SpooledDelivery[] = [];

  static async create(): Promise<Spooling> {
    return new Spooling(await mkdtemp(join(tmpdir(), 'spool-')));
  }

  private constructor(root: string) {
    this.#root = root;
  }

  /** A folder that does not exist yet. */
  get folder(): string {
    return join(this.#root, 'spool');
  }

  start({ react, settings = {}, delivery: options = {} }: SpooledOptions = {}): SpooledDelivery {
    const clock = settings.clock instanceof FakeClock ? settings.clock : new FakeClock();
    const losses = settings.losses ?? new LossCounter();
    const transport = new ScriptedTransport(react);
    const disk = new FlakyDisk();
    const folder = this.folder;
    const delivery = new Delivery({
      transport,
      losses,
      clock,
      sdk: SDK,
      random: () => 0.5,
      sendClientReports: false,
      spool: access =>
        new Spool(
          {
            folder,
            maxBytes: 1_000_000,
            maxAgeMillis: 86_400_000,
            clock,
            losses,
            id: crypto.randomUUID().replaceAll('-', ''),
            disk,
            processes: PROCESSES,
            ...settings,
          },
          access,
        ),
      ...options,
    });
    const spool = (): SpoolSnapshot => delivery.snapshot().spool ?? assert.fail('no spool');
    const spooled = { clock, losses, transport, disk, delivery, folder: settings.folder ?? folder, spool };
    this.#started.push(spooled);
    return spooled;
  }

  async cleanUp(): Promise<void> {
    for (const { delivery, clock } of this.#started) {
      const closed = delivery.close(0);
      await clock.advanceAsync(1);
      await closed;
    }
    // What hung in a test may still be writing.
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves when `condition` holds: what happens on disk takes real time, though little. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLIS;
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`never happened: ${String(condition)}`);
    await new Promise<void>(resolve => setImmediate(resolve));
  }
}

/** Lets time pass in steps until `condition` holds, never while the disk is busy. */
export async function passUntil(
  { clock, disk }: SpooledDelivery,
  condition: () => boolean,
  stepMillis = 100,
): Promise<void> {
  for (let step = 0; !condition(); step++) {
    if (step === 10_000) assert.fail(`never happened: ${String(condition)}`);
    await clock.advanceAsync(stepMillis);
    await atRest(disk);
  }
}

/** Resolves when the disk has nothing to do, nor whoever waited for it. */
export async function atRest(disk: FlakyDisk): Promise<void> {
  do {
    await until(() => disk.isIdle);
    await settle();
  } while (!disk.isIdle);
}

/** Names of the files in a folder that hold envelopes, oldest first. */
export async function envelopeFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter(name => name.endsWith('.envelope')).sort();
}

/**
 * What was handed over, and what was on disk before, is what arrived, what Sentry counted, what we counted, and what is
 * on disk now; nothing more, nothing less.
 */
export function assertSpoolBalanced(
  { delivery, losses, spool }: SpooledDelivery,
  handedOver: readonly OutgoingEnvelope[],
  onDiskBefore: readonly Quantity[] = [],
): void {
  const { delivered, rateLimitedBySentry } = delivery.snapshot();
  assert.deepEqual(
    sumsOf([...delivered, ...rateLimitedBySentry, ...losses.totals(), ...spool().quantities]),
    sumsOf([...handedOver.flatMap(({ quantities }) => quantities), ...onDiskBefore]),
  );
}

function sumsOf(quantities: readonly Quantity[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { category, quantity } of quantities) sums[category] = (sums[category] ?? 0) + quantity;
  return sums;
}
