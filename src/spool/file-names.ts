/** Names of the files in a spool. Those of envelopes sort by age; a name that fits none of these is left alone. */
import type { Dsn } from '../protocol/dsn.js';

const ENVELOPE = /^(\d{15})-\d{9}-[0-9a-f]{8}\.envelope$/;
const STAMP_DIGITS = 15;
const SEQUENCE_DIGITS = 9;

/** Name of an envelope's file: when it was spooled, which one it was, and who wrote it. */
export function envelopeFileName(stampMillis: number, sequence: number, writer: string): string {
  const stamp = String(stampMillis).padStart(STAMP_DIGITS, '0');
  return `${stamp}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}-${writer}.envelope`;
}

/** When an envelope was spooled, in milliseconds since the epoch; undefined if that is not a name of ours. */
export function stampOf(name: string): number | undefined {
  const match = ENVELOPE.exec(name);
  return match === null ? undefined : Number(match[1]);
}

/** Whether the name claims to be an envelope, whatever is in the file. */
export function isEnvelopeName(name: string): boolean {
  return name.endsWith('.envelope');
}

export function unfinishedName(name: string): string {
  return `${name}.unfinished`;
}

export function isUnfinishedName(name: string): boolean {
  return name.endsWith('.envelope.unfinished');
}

export function quarantinedName(name: string): string {
  return `${name}.quarantined`;
}

export function isQuarantinedName(name: string): boolean {
  return name.endsWith('.quarantined');
}

export function claimName(claimant: string): string {
  return `${claimant}.claim`;
}

export function isClaimName(name: string): boolean {
  return name.endsWith('.claim');
}

/** Folder for the envelopes of one project: another project's must not be sent to this one. */
export function projectFolderName({ host, port, path, projectId }: Dsn): string {
  const place = [host, port, path, projectId].filter(part => part !== undefined && part !== '');
  return place.join('-').replaceAll(/[^\w.-]/g, '_');
}
