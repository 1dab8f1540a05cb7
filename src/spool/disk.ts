/** What of a file system the spool uses. Everything rejects with the system's error unless said otherwise. */
export interface Disk {
  /** Creates a folder that only its owner can read, with those above it. */
  makeFolder(path: string): Promise<void>;
  /** Names in a folder. */
  list(folder: string): Promise<string[]>;
  /** Up to `maxBytes` from the beginning of a file, and how long it is. */
  read(path: string, maxBytes?: number): Promise<FileContent>;
  size(path: string): Promise<number>;
  /** When a file was last written, by the clock of the file system. */
  modifiedMillis(path: string): Promise<number>;
  /** Creates a file that only its owner can read. Resolves when it would survive a power failure. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Writes over the beginning of a file that must exist. */
  overwrite(path: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file that does not exist is removed already. */
  remove(path: string): Promise<void>;
  /** Makes names in a folder survive a power failure, where the system can do that. Never rejects. */
  syncFolder(folder: string): Promise<void>;
}

export interface FileContent {
  readonly bytes: Uint8Array;
  /** Bytes in the file. */
  readonly size: number;
}

/** Whether the file, or the folder it is to be in, does not exist. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, ['ENOENT']);
}

/** Whether the system's error is one of these. */
export function hasCode(error: unknown, codes: readonly unknown[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(error.code);
}
