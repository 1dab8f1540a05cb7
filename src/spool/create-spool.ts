import type { Clock } from '../clock.js';
import type { Dsn } from '../protocol/dsn.js';
import type { LossCounter } from '../protocol/loss-counter.js';
import type { SpoolFactory } from '../transport/delivery-options.js';
import { projectFolderName } from './file-names.js';
import { mayBeFolder } from './node-directory-check.js';
import { nodeDisk } from './node-disk.js';
import { systemProcessTable } from './process-table.js';
import { Spool } from './spool.js';

interface SpoolBounds {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxAgeMillis: number;
}

/** What of the options and of the rest of a bridge a spool needs. */
export interface CreateSpoolOptions {
  readonly spool: SpoolBounds | undefined;
  readonly dsn: Dsn;
  readonly clock: Clock;
  readonly losses: LossCounter;
  /** Hex digits, 32 of them, that no other spool has. */
  readonly id: string;
}

/**
 * A spool in the directory that the options name, in a folder for the project of the DSN; undefined if they name none.
 *
 * @throws TypeError when there can be no folder
 */
export function createSpool(options: CreateSpoolOptions): SpoolFactory | undefined {
  const { spool, dsn, clock, losses, id } = options;
  if (spool === undefined) return undefined;
  const { directory, maxBytes, maxAgeMillis } = spool;
  if (!mayBeFolder(directory))
    throw new TypeError(
      `spool.directory must be a folder, or a path without anything, got "${directory}", a file`,
    );
  const folder = `${directory.replace(/[/\\]+$/, '')}/${projectFolderName(dsn)}`;
  const settings = { folder, maxBytes, maxAgeMillis, clock, losses, id };
  return access => new Spool({ ...settings, disk: nodeDisk, processes: systemProcessTable }, access);
}
