import type { Clock } from '../clock.js';
import { runUnobserved } from '../otel/suppress-tracing.js';
import { unobservedClock } from '../otel/unobserved-clock.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import { settlesWithin } from '../transport/deadline.js';
import type { EnvelopeSpool, SpoolAccess } from '../transport/delivery-options.js';
import type { SpoolSnapshot } from '../transport/delivery-snapshot.js';
import type { OutgoingEnvelope } from '../transport/outgoing-envelope.js';
import { isMissing, type Disk } from './disk.js';
import type { ProcessTable } from './process-identity.js';
import { Replay } from './replay.js';
import { Slots } from './slots.js';
import { SpoolFolder } from './spool-folder.js';
import { SpoolLock } from './spool-lock.js';
import { SpoolLog } from './spool-log.js';
import { SpoolStore } from './spool-store.js';

/** Files written at once. Ours: disks do not get faster with more. */
const MAX_CONCURRENT_WRITES = 4;
/** Times an envelope is written at most: once more when the folder has vanished. */
const MAX_WRITES = 2;

export interface SpoolSettings {
  readonly folder: string;
  readonly maxBytes: number;
  readonly maxAgeMillis: number;
  readonly clock: Clock;
  readonly losses: LossCounter;
  /** Hex digits, 32 of them, that no other spool has. */
  readonly id: string;
  readonly disk: Disk;
  readonly processes: ProcessTable;
}

interface PendingWrite {
  readonly resolve: (isKept: boolean) => void;
  /** Whether the last step has begun, which cannot be taken back. */
  isFinishing: boolean;
}

/** Keeps envelopes in a folder while Sentry cannot be reached, and sends them when it can, after a restart as well. */
export class Spool implements EnvelopeSpool {
  readonly #clock: Clock;
  readonly #directory: string;
  readonly #log: SpoolLog;
  readonly #store: SpoolStore;
  readonly #replay: Replay;
  readonly #folder: SpoolFolder;
  readonly #slots = new Slots(MAX_CONCURRENT_WRITES);
  readonly #pending = new Set<PendingWrite>();
  readonly #writes = new Set<Promise<void>>();
  #isClosed = false;

  constructor(settings: SpoolSettings, access: SpoolAccess) {
    const { folder, disk, id, processes } = settings;
    const clock = unobservedClock(settings.clock);
    const log = new SpoolLog(folder, clock);
    const lock = new SpoolLock({ disk, folder, processes, claimant: id });
    const store = new SpoolStore({ ...settings, clock, log, writer: id.slice(0, 8) });
    const replay = new Replay({ store, access, clock, log });
    const { random } = access;
    // Whoever has something to put there could not send it a moment ago.
    const onOpened = (): void => (this.#pending.size > 0 ? replay.added() : replay.begin());
    this.#clock = clock;
    this.#directory = folder;
    this.#log = log;
    this.#store = store;
    this.#replay = replay;
    this.#folder = new SpoolFolder({ disk, folder, lock, store, log, clock, random, onOpened });
  }

  put(outgoing: OutgoingEnvelope): Promise<boolean> {
    const { items } = outgoing.envelope;
    if (this.#isClosed || items.every(({ headers }) => headers.type === 'client_report')) {
      return Promise.resolve(false);
    }
    return new Promise(resolve => {
      const pending: PendingWrite = { resolve, isFinishing: false };
      const write = this.#slots
        .run(() => runUnobserved(() => this.#write(outgoing, pending)))
        .then(isKept => {
          this.#pending.delete(pending);
          this.#writes.delete(write);
          resolve(isKept);
        });
      this.#pending.add(pending);
      this.#writes.add(write);
    });
  }

  reachable(): void {
    this.#replay.reachable();
  }

  async close(timeoutMillis: number): Promise<void> {
    this.#isClosed = true;
    for (const { isFinishing, resolve } of this.#pending) if (!isFinishing) resolve(false);
    await settlesWithin(
      runUnobserved(() => this.#end()),
      timeoutMillis,
      this.#clock,
    );
    for (const { resolve } of this.#pending) resolve(true);
  }

  snapshot(): SpoolSnapshot {
    const { items, bytes, quantities, quarantined } = this.#store;
    return {
      directory: this.#directory,
      isOwner: this.#folder.isOwner,
      items,
      bytes,
      quantities,
      quarantined,
    };
  }

  /** The folder is given away only when nothing is done in it any more. */
  async #end(): Promise<void> {
    await Promise.all([this.#replay.stop(), ...this.#writes]);
    await this.#folder.close();
  }

  async #write(outgoing: OutgoingEnvelope, pending: PendingWrite): Promise<boolean> {
    const mayFinish = (): boolean => (pending.isFinishing = !this.#isClosed);
    for (let write = 1; ; write++) {
      const opening = this.#folder.open();
      try {
        if (this.#isClosed || !(await opening)) return false;
        const isKept = await this.#store.write(outgoing, mayFinish);
        this.#log.works();
        if (isKept) this.#replay.added();
        return isKept;
      } catch (error) {
        pending.isFinishing = false;
        if (isMissing(error)) this.#folder.vanished(opening);
        if (isMissing(error) && write < MAX_WRITES) continue;
        this.#log.failed(error);
        return false;
      }
    }
  }
}
