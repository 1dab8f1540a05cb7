import type { Clock } from '../clock.js';
import { serializeEnvelope } from '../protocol/envelope.js';
import type { DataCategory, LossCounter } from '../protocol/loss-counter.js';
import type { OutgoingEnvelope, Quantity } from '../transport/outgoing-envelope.js';
import { isMissing, type Disk } from './disk.js';
import { envelopeFileName, isUnfinishedName, unfinishedName } from './file-names.js';
import { loadFolder } from './load-folder.js';
import { Quarantine } from './quarantine.js';
import { readSpoolFile, writeSpoolFile } from './spool-file.js';
import { SpoolIndex, type SpoolEntry } from './spool-index.js';
import type { SpoolLog } from './spool-log.js';
import { parseStoredEnvelope } from './stored-envelope.js';

/** Envelopes on disk: bounds what small ones cost beside their bytes. Ours. */
export const MAX_SPOOLED_ENVELOPES = 10_000;

export interface SpoolStoreOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly maxBytes: number;
  readonly maxAgeMillis: number;
  readonly clock: Clock;
  /** Where envelopes are counted that the folder has no room for. */
  readonly losses: LossCounter;
  /** Eight hex digits that are different for every writer. */
  readonly writer: string;
  readonly log: SpoolLog;
}

/**
 * The envelopes in a folder that belongs to us. Whatever leaves it without having been sent is counted, as
 * `cache_overflow`: https://develop.sentry.dev/sdk/telemetry/client-reports/
 */
export class SpoolStore {
  readonly #options: SpoolStoreOptions;
  readonly #index = new SpoolIndex();
  readonly #quarantine: Quarantine;
  /** Files that are dealt with and could not be removed: they must not be sent again. */
  readonly #spent = new Set<string>();
  #beingSent: SpoolEntry | undefined;
  #reservedBytes = 0;
  #reservedFiles = 0;
  #stampMillis = 0;
  #sequence = 0;

  constructor(options: SpoolStoreOptions) {
    this.#options = options;
    this.#quarantine = new Quarantine(options.disk, options.folder);
  }

  get items(): number {
    return this.#index.size;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  get quantities(): Quantity[] {
    return this.#index.quantities;
  }

  get quarantined(): number {
    return this.#quarantine.count;
  }

  /** Looks at what is in the folder. What was there before and is not any more is lost. */
  async load(): Promise<void> {
    const { disk, folder } = this.#options;
    const known = this.#index.entries();
    const names = await disk.list(folder);
    for (const name of names) if (isUnfinishedName(name)) await disk.remove(this.#pathOf(name));
    await this.#quarantine.load(names);
    await this.#removeSpent();
    const { entries, damaged } = await loadFolder(
      disk,
      folder,
      names.filter(name => !this.#spent.has(name)),
    );
    for (const { name, size } of damaged) await this.#setAside(name, size);
    const present = new Set(entries.map(({ name }) => name));
    for (const entry of known) if (!present.has(entry.name)) this.#lose(entry);
    for (const entry of entries) if (!this.#index.has(entry.name)) this.#index.add(entry);
    this.#index.sort();
    this.#stampMillis = Math.max(this.#stampMillis, entries.at(-1)?.stampMillis ?? 0);
    await this.expire();
    await this.#makeRoom(0, 0);
  }

  /** Forgets everything: the folder belongs to somebody else, and so does what is in it. */
  forget(): void {
    this.#index.clear();
  }

  /**
   * Puts an envelope on disk, for which the oldest make room. Resolves with false if there is none, or if `mayFinish`
   * says no when all but the last step is done.
   */
  async write(
    { envelope, category, quantities }: OutgoingEnvelope,
    mayFinish: () => boolean,
  ): Promise<boolean> {
    const bytes = writeSpoolFile({ category, quantities }, serializeEnvelope(envelope));
    const size = bytes.byteLength;
    if (!(await this.#makeRoom(size, 1))) return false;
    this.#reserve(size, 1);
    try {
      const stampMillis = this.#nextStamp();
      const name = envelopeFileName(stampMillis, this.#sequence++, this.#options.writer);
      if (!(await this.#writeFile(name, bytes, mayFinish))) return false;
      this.#index.add({ name, size, stampMillis, category, quantities });
      return true;
    } finally {
      this.#reserve(-size, -1);
    }
  }

  /** Removes what is too old, and what seems to be from as far in the future: nobody knows how old that is. */
  async expire(): Promise<void> {
    const { clock, maxAgeMillis } = this.#options;
    const now = clock.epochMillis();
    const isExpired = ({ stampMillis }: SpoolEntry): boolean => Math.abs(now - stampMillis) > maxAgeMillis;
    for (;;) {
      const oldest = this.#index.find(entry => entry !== this.#beingSent);
      if (oldest === undefined || !isExpired(oldest)) return;
      await this.#evict(oldest);
    }
  }

  /** The oldest envelope of a category that is not in `isLimited`; it stays until it is finished or returned. */
  async take(isLimited: (category: DataCategory) => boolean): Promise<SpoolEntry | undefined> {
    await this.#removeSpent();
    await this.expire();
    this.#beingSent = this.#index.find(({ category }) => !isLimited(category));
    return this.#beingSent;
  }

  /** Reads an envelope; undefined if there is nothing to send any more. */
  async read(entry: SpoolEntry): Promise<OutgoingEnvelope | undefined> {
    try {
      const { bytes, size } = await this.#options.disk.read(this.#pathOf(entry.name));
      const file = readSpoolFile(bytes);
      const envelope = file && parseStoredEnvelope(file.envelope);
      if (envelope !== undefined) return { envelope, category: entry.category, quantities: entry.quantities };
      await this.#setAside(entry.name, size);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    this.returnUnsent();
    this.#lose(entry);
    return undefined;
  }

  /** Nothing is being sent any more; what was is still to be sent. */
  returnUnsent(): void {
    this.#beingSent = undefined;
  }

  /** Removes what has been dealt with. When that fails, it is tried again before anything else is sent. */
  async finish(entry: SpoolEntry): Promise<void> {
    this.returnUnsent();
    this.#index.delete(entry);
    this.#spent.add(entry.name);
    await this.#removeSpent();
  }

  async #writeFile(name: string, bytes: Uint8Array, mayFinish: () => boolean): Promise<boolean> {
    const { disk, folder } = this.#options;
    const unfinished = this.#pathOf(unfinishedName(name));
    try {
      await disk.write(unfinished, bytes);
      if (mayFinish()) {
        await disk.rename(unfinished, this.#pathOf(name));
        await disk.syncFolder(folder);
        return true;
      }
    } catch (error) {
      await disk.remove(unfinished).catch(() => undefined);
      throw error;
    }
    await disk.remove(unfinished);
    return false;
  }

  /** Whether there is room for `bytes` in `files`, once the oldest have left. */
  async #makeRoom(bytes: number, files: number): Promise<boolean> {
    const { maxBytes } = this.#options;
    while (
      this.#index.bytes + this.#reservedBytes + bytes > maxBytes ||
      this.#index.size + this.#reservedFiles + files > MAX_SPOOLED_ENVELOPES
    ) {
      const oldest = bytes > maxBytes ? undefined : this.#index.find(entry => entry !== this.#beingSent);
      if (oldest === undefined) return false;
      await this.#evict(oldest);
    }
    return true;
  }

  async #evict(entry: SpoolEntry): Promise<void> {
    // First, for others to see the room that is made and not make it again.
    this.#index.delete(entry);
    try {
      await this.#options.disk.remove(this.#pathOf(entry.name));
    } catch (error) {
      this.#index.restore(entry);
      throw error;
    }
    this.#lose(entry);
  }

  async #setAside(name: string, size: number): Promise<void> {
    await this.#quarantine.add(name, size);
    this.#options.log.quarantined(name);
  }

  async #removeSpent(): Promise<void> {
    for (const name of this.#spent) {
      await this.#options.disk.remove(this.#pathOf(name));
      this.#spent.delete(name);
    }
  }

  #lose(entry: SpoolEntry): void {
    this.#index.delete(entry);
    for (const { category, quantity } of entry.quantities) {
      this.#options.losses.add('cache_overflow', category, quantity);
    }
  }

  #reserve(bytes: number, files: number): void {
    this.#reservedBytes += bytes;
    this.#reservedFiles += files;
  }

  /** Never goes back, so that files written later sort behind. */
  #nextStamp(): number {
    this.#stampMillis = Math.max(this.#stampMillis, this.#options.clock.epochMillis());
    return this.#stampMillis;
  }

  #pathOf(name: string): string {
    return `${this.#options.folder}/${name}`;
  }
}
