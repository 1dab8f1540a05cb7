import { isMissing, type Disk } from './disk.js';
import { claimName, isClaimName } from './file-names.js';
import { parseProcessIdentity, stateOfProcess, type ProcessTable } from './process-identity.js';

/** Milliseconds between signs of life. Ours. */
export const REFRESH_MILLIS = 30_000;
/** Milliseconds without a sign of life after which an owner that cannot be seen from here is taken for dead: three were missed. */
export const STALE_MILLIS = 3 * REFRESH_MILLIS;

export interface SpoolLockOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly processes: ProcessTable;
  /** Different for every lock, even of the same process: threads share its number. */
  readonly claimant: string;
}

/**
 * Makes one spool the owner of a folder, without help from the one before: it may have been killed.
 *
 * Everyone who wants the folder puts a claim of its own name there, and only then looks for others. Who finds a claim
 * of someone alive withdraws; claims of the dead may be removed by anyone, as nobody uses their names again. Of two
 * that want it at once, the later to look sees the other, so there are never two owners; there may be none until the
 * next try.
 */
export class SpoolLock {
  readonly #options: SpoolLockOptions;
  readonly #claim: string;

  constructor(options: SpoolLockOptions) {
    this.#options = options;
    this.#claim = this.#pathOf(claimName(options.claimant));
  }

  /** Whether the folder belongs to this lock now. */
  async acquire(): Promise<boolean> {
    const { disk, processes } = this.#options;
    await disk.remove(this.#claim);
    await disk.write(this.#claim, new TextEncoder().encode(JSON.stringify(await processes.self())));
    if (!(await this.#hasRival())) return true;
    await disk.remove(this.#claim);
    return false;
  }

  /** Shows that the owner is alive. Resolves with false if the folder no longer belongs to it. */
  async refresh(): Promise<boolean> {
    const { disk } = this.#options;
    try {
      // Any write will do: this one leaves the claim as it was.
      await disk.overwrite(this.#claim, new TextEncoder().encode('{'));
      return true;
    } catch (error) {
      return !isMissing(error);
    }
  }

  async release(): Promise<void> {
    await this.#options.disk.remove(this.#claim);
  }

  async #hasRival(): Promise<boolean> {
    const { disk, folder } = this.#options;
    let hasRival = false;
    for (const name of await disk.list(folder)) {
      const path = this.#pathOf(name);
      if (!isClaimName(name) || path === this.#claim) continue;
      if (await this.#isAlive(path)) hasRival = true;
      else await disk.remove(path);
    }
    return hasRival;
  }

  async #isAlive(claim: string): Promise<boolean> {
    const { disk, processes } = this.#options;
    try {
      const { bytes } = await disk.read(claim);
      const state = await stateOfProcess(parseProcessIdentity(new TextDecoder().decode(bytes)), processes);
      if (state !== 'unknown') return state === 'alive';
      // Both by the clock of the file system: those of two machines may differ.
      const silence = (await disk.modifiedMillis(this.#claim)) - (await disk.modifiedMillis(claim));
      return silence < STALE_MILLIS;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  #pathOf(name: string): string {
    return `${this.#options.folder}/${name}`;
  }
}
