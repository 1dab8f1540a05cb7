import { hasCode, type Disk, type FileContent } from './disk.js';
import { isEnvelopeName, stampOf } from './file-names.js';
import { MAX_HEAD_BYTES, readSpoolFileHead } from './spool-file.js';
import { Slots } from './slots.js';
import type { SpoolEntry } from './spool-index.js';

/** Files that are looked at at once. Ours. */
const MAX_CONCURRENT_READS = 8;

const NOT_OURS = ['EACCES', 'EISDIR', 'ENOENT'];

export interface FolderContent {
  /** Oldest first. */
  readonly entries: readonly SpoolEntry[];
  /** Files that look like envelopes by name only. */
  readonly damaged: readonly { readonly name: string; readonly size: number }[];
}

/** Reads the heads of all envelopes in a folder; files with other names are left alone. */
export async function loadFolder(
  disk: Disk,
  folder: string,
  names: readonly string[],
): Promise<FolderContent> {
  const slots = new Slots(MAX_CONCURRENT_READS);
  const loaded = await Promise.all(
    names
      .filter(isEnvelopeName)
      .sort()
      .map(name => slots.run(() => loadFile(disk, folder, name))),
  );
  const files = loaded.filter(file => file !== undefined);
  return {
    entries: files.flatMap(({ entry }) => entry ?? []),
    damaged: files.filter(({ entry }) => entry === undefined),
  };
}

interface LoadedFile {
  readonly name: string;
  readonly size: number;
  readonly entry: SpoolEntry | undefined;
}

async function loadFile(disk: Disk, folder: string, name: string): Promise<LoadedFile | undefined> {
  const file = await readBeginning(disk, `${folder}/${name}`);
  if (file === undefined) return undefined;
  const { bytes, size } = file;
  const stampMillis = stampOf(name);
  const head = stampMillis === undefined ? undefined : readSpoolFileHead(bytes, size);
  if (head === undefined || stampMillis === undefined) return { name, size, entry: undefined };
  return { name, size, entry: { name, size, stampMillis, ...head } };
}

/** Undefined for what is no file of ours: a folder, or something that others have put there or taken away meanwhile. */
async function readBeginning(disk: Disk, path: string): Promise<FileContent | undefined> {
  try {
    return await disk.read(path, MAX_HEAD_BYTES);
  } catch (error) {
    if (hasCode(error, NOT_OURS)) return undefined;
    throw error;
  }
}
