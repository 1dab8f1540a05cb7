import type { Disk } from '../../src/spool/disk.js';
import { nodeDisk } from '../../src/spool/node-disk.js';

type Operation = keyof Disk;

/** The real file system, which fails and hangs as told. */
export class FlakyDisk implements Disk {
  /** Code of the error an operation fails with; undefined lets it through. */
  fail: (operation: Operation, path: string) => string | undefined = () => undefined;
  /** Delays an operation. */
  hold: (operation: Operation, path: string) => Promise<void> | undefined = () => undefined;
  /** Everything that was asked for. */
  readonly operations: Operation[] = [];
  /** The most operations that were ever underway at the same time. */
  mostAtOnce = 0;
  #underway = 0;

  get isIdle(): boolean {
    return this.#underway === 0;
  }

  makeFolder(path: string): Promise<void> {
    return this.#run('makeFolder', path, () => nodeDisk.makeFolder(path));
  }

  list(folder: string): Promise<string[]> {
    return this.#run('list', folder, () => nodeDisk.list(folder));
  }

  read(path: string, maxBytes?: number): ReturnType<Disk['read']> {
    return this.#run('read', path, () => nodeDisk.read(path, maxBytes));
  }

  size(path: string): Promise<number> {
    return this.#run('size', path, () => nodeDisk.size(path));
  }

  modifiedMillis(path: string): Promise<number> {
    return this.#run('modifiedMillis', path, () => nodeDisk.modifiedMillis(path));
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#run('write', path, () => nodeDisk.write(path, bytes));
  }

  overwrite(path: string, bytes: Uint8Array): Promise<void> {
    return this.#run('overwrite', path, () => nodeDisk.overwrite(path, bytes));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#run('rename', from, () => nodeDisk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#run('remove', path, () => nodeDisk.remove(path));
  }

  syncFolder(folder: string): Promise<void> {
    return this.#run('syncFolder', folder, () => nodeDisk.syncFolder(folder));
  }

  async #run<T>(operation: Operation, path: string, body: () => Promise<T>): Promise<T> {
    this.operations.push(operation);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#underway);
    try {
      await this.hold(operation, path);
      const code = this.fail(operation, path);
      if (code !== undefined) throw Object.assign(new Error(`${code}: ${operation}`), { code });
      return await body();
    } finally {
      this.#underway--;
    }
  }
}
