import type { Clock } from '../clock.js';
import type { Disk } from './disk.js';
import { REFRESH_MILLIS, type SpoolLock } from './spool-lock.js';
import type { SpoolLog } from './spool-log.js';
import type { SpoolStore } from './spool-store.js';

/** Milliseconds before the folder is looked at, at most: processes that start together do not send all at once. Ours. */
export const MAX_START_DELAY_MILLIS = 5000;
/** Milliseconds before the folder is tried again when it could not be had; twice as long after each further time. Ours. */
export const FIRST_RETRY_MILLIS = 1000;
export const MAX_RETRY_MILLIS = 60_000;

export interface SpoolFolderOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly lock: SpoolLock;
  readonly store: SpoolStore;
  readonly log: SpoolLog;
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** Called whenever the folder has become ours. */
  readonly onOpened: () => void;
}

/** Gets hold of the folder, keeps it, and keeps trying when it is somebody else's or does not work. */
export class SpoolFolder {
  readonly #options: SpoolFolderOptions;
  /** Kept while the folder is ours or somebody else's, forgotten when another try may end differently. */
  #opening: Promise<boolean> | undefined;
  #isOwner = false;
  #isClosed = false;
  #retryMillis = FIRST_RETRY_MILLIS;
  #cancelTimer: (() => void) | undefined;

  constructor(options: SpoolFolderOptions) {
    this.#options = options;
    this.#setTimer(() => this.open(), options.random() * MAX_START_DELAY_MILLIS);
  }

  get isOwner(): boolean {
    return this.#isOwner;
  }

  /** Makes the folder ours if it is not, and finds out what is in it. Resolves with whether it is ours; never rejects. */
  open(): Promise<boolean> {
    if (this.#isClosed) return this.#opening ?? Promise.resolve(false);
    this.#opening ??= this.#tryOpen();
    return this.#opening;
  }

  /** The folder that `opening` found has vanished. */
  vanished(opening: Promise<boolean>): void {
    if (this.#opening === opening) this.#reset();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    if (this.#opening === undefined) return;
    await this.#opening;
    this.#cancelTimer?.();
    this.#isOwner = false;
    await this.#options.lock.release().catch(() => undefined);
  }

  async #tryOpen(): Promise<boolean> {
    const { disk, folder, lock, store, log, onOpened } = this.#options;
    try {
      await disk.makeFolder(folder);
      const isOurs = await lock.acquire();
      log.occupied(!isOurs);
      if (!isOurs) {
        store.forget();
        this.#retryLater();
        return false;
      }
      await store.load();
    } catch (error) {
      log.failed(error);
      await lock.release().catch(() => undefined);
      this.#reset();
      this.#retryLater();
      return false;
    }
    this.#isOwner = true;
    this.#retryMillis = FIRST_RETRY_MILLIS;
    log.works();
    log.found(store.items, store.bytes);
    this.#setTimer(() => this.#refresh(), REFRESH_MILLIS);
    onOpened();
    return true;
  }

  async #refresh(): Promise<void> {
    const { lock, store, log } = this.#options;
    if (!(await lock.refresh())) {
      this.#reset();
      await this.open();
      return;
    }
    await store.expire().catch((error: unknown) => log.failed(error));
    this.#setTimer(() => this.#refresh(), REFRESH_MILLIS);
  }

  #retryLater(): void {
    this.#setTimer(
      () => {
        this.#reset();
        return this.open();
      },
      this.#retryMillis * (0.5 + this.#options.random()),
    );
    this.#retryMillis = Math.min(this.#retryMillis * 2, MAX_RETRY_MILLIS);
  }

  #reset(): void {
    this.#opening = undefined;
    this.#isOwner = false;
  }

  #setTimer(callback: () => Promise<unknown>, delayMillis: number): void {
    this.#cancelTimer?.();
    if (!this.#isClosed) this.#cancelTimer = this.#options.clock.setTimer(() => void callback(), delayMillis);
  }
}
