import type { Disk } from './disk.js';
import { isQuarantinedName, quarantinedName } from './file-names.js';

/** Files kept for somebody to look at, and their bytes in all. Ours: enough to see what went wrong. */
export const MAX_QUARANTINED_FILES = 16;
export const MAX_QUARANTINED_BYTES = 4 * 1024 * 1024;

interface QuarantinedFile {
  readonly name: string;
  readonly size: number;
}

/** Sets files aside that cannot be read, the newest ones only. */
export class Quarantine {
  readonly #disk: Disk;
  readonly #folder: string;
  /** Oldest first. */
  #files: QuarantinedFile[] = [];

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  get count(): number {
    return this.#files.length;
  }

  /** Learns what is there already. */
  async load(names: readonly string[]): Promise<void> {
    this.#files = [];
    for (const name of names.filter(isQuarantinedName).sort()) {
      this.#files.push({ name, size: await this.#disk.size(`${this.#folder}/${name}`) });
    }
    await this.#shrink();
  }

  async add(name: string, size: number): Promise<void> {
    const aside = quarantinedName(name);
    await this.#disk.rename(`${this.#folder}/${name}`, `${this.#folder}/${aside}`);
    this.#files.push({ name: aside, size });
    await this.#shrink();
  }

  async #shrink(): Promise<void> {
    while (this.#files.length > MAX_QUARANTINED_FILES || this.#bytes > MAX_QUARANTINED_BYTES) {
      const oldest = this.#files.shift();
      if (oldest !== undefined) await this.#disk.remove(`${this.#folder}/${oldest.name}`);
    }
  }

  get #bytes(): number {
    return this.#files.reduce((sum, { size }) => sum + size, 0);
  }
}
