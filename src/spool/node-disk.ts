import type * as Fs from 'node:fs/promises';
import type { Disk } from './disk.js';

/** Envelopes hold what applications do: nobody else's business. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The file system. Its module is loaded with the first use: instrumentations may want to be there first. */
export const nodeDisk: Disk = {
  async makeFolder(path) {
    const { chmod, mkdir } = await loadFs();
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    await chmod(path, FOLDER_MODE);
  },
  async list(folder) {
    const { readdir } = await loadFs();
    return readdir(folder);
  },
  read: (path, maxBytes) =>
    withFile(path, 'r', async file => {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(new Uint8Array(Math.min(size, maxBytes ?? size)), 0);
      return { bytes: buffer.subarray(0, bytesRead), size };
    }),
  async size(path) {
    const { stat } = await loadFs();
    return (await stat(path)).size;
  },
  async modifiedMillis(path) {
    const { stat } = await loadFs();
    return (await stat(path)).mtimeMs;
  },
  write: (path, bytes) =>
    withFile(path, 'wx', async file => {
      await file.writeFile(bytes);
      await file.sync();
    }),
  overwrite: (path, bytes) => withFile(path, 'r+', file => file.writeFile(bytes)),
  async rename(from, to) {
    const { rename } = await loadFs();
    await rename(from, to);
  },
  async remove(path) {
    const { rm } = await loadFs();
    await rm(path, { force: true });
  },
  async syncFolder(folder) {
    try {
      await withFile(folder, 'r', file => file.sync());
    } catch {
      // Windows cannot do this, and need not.
    }
  },
};

async function withFile<T>(
  path: string,
  flags: string,
  use: (file: Fs.FileHandle) => Promise<T>,
): Promise<T> {
  const { open } = await loadFs();
  const file = await open(path, flags, FILE_MODE);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

function loadFs(): Promise<typeof Fs> {
  return import('node:fs/promises');
}
