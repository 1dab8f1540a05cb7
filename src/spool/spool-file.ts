/**
 * One envelope as a file: a line that names the format, a line of JSON for what is needed to account for the envelope,
 * then the envelope's bytes. Both parts have a length and a checksum, so that a file that is cut or damaged shows.
 */
import type { DataCategory } from '../protocol/loss-counter.js';
import type { Quantity } from '../transport/outgoing-envelope.js';
import { crc32 } from './crc32.js';

/** Bytes from the start of a file that hold everything before the envelope. Ours: ten times what is needed. */
export const MAX_HEAD_BYTES = 4096;

/** What is known of an envelope without reading it. */
export interface SpoolFileHead {
  readonly category: DataCategory;
  readonly quantities: readonly Quantity[];
}

interface Layout extends SpoolFileHead {
  readonly checksum: string;
  /** Where the envelope begins. */
  readonly start: number;
}

const FORMAT = 'otel-sentry-bridge spool 1';
const FIRST_LINE = /^otel-sentry-bridge spool 1 ([0-9a-f]{8}) ([0-9a-f]{8})\n/;
const FIRST_LINE_BYTES = FORMAT.length + ' 12345678 12345678\n'.length;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** The file for an envelope. */
export function writeSpoolFile({ category, quantities }: SpoolFileHead, envelope: Uint8Array): Uint8Array {
  const description = { category, quantities, bytes: envelope.byteLength, checksum: crc32(envelope) };
  const head = ENCODER.encode(`${JSON.stringify(description)}\n`);
  const file = new Uint8Array(FIRST_LINE_BYTES + head.byteLength + envelope.byteLength);
  file.set(ENCODER.encode(`${FORMAT} ${hex(head.byteLength)} ${crc32(head)}\n`));
  file.set(head, FIRST_LINE_BYTES);
  file.set(envelope, FIRST_LINE_BYTES + head.byteLength);
  return file;
}

/** Reads the head from the first `MAX_HEAD_BYTES` of a file of `size` bytes; undefined if it is not complete and whole. */
export function readSpoolFileHead(beginning: Uint8Array, size: number): SpoolFileHead | undefined {
  const layout = readLayout(beginning, size);
  return layout && { category: layout.category, quantities: layout.quantities };
}

/** The envelope's bytes; undefined if the file is not complete and whole. */
export function readSpoolFile(file: Uint8Array): { head: SpoolFileHead; envelope: Uint8Array } | undefined {
  const layout = readLayout(file, file.byteLength);
  if (layout === undefined) return undefined;
  const { category, quantities, checksum, start } = layout;
  const envelope = file.subarray(start);
  return crc32(envelope) === checksum ? { head: { category, quantities }, envelope } : undefined;
}

function readLayout(bytes: Uint8Array, size: number): Layout | undefined {
  const match = FIRST_LINE.exec(DECODER.decode(bytes.subarray(0, FIRST_LINE_BYTES)));
  if (match === null) return undefined;
  const start = FIRST_LINE_BYTES + Number.parseInt(match[1] ?? '', 16);
  const head = bytes.subarray(FIRST_LINE_BYTES, start);
  if (crc32(head) !== match[2]) return undefined;
  const description = parseJson(DECODER.decode(head));
  return isDescription(description) && start + description.bytes === size
    ? { ...description, start }
    : undefined;
}

interface Description extends SpoolFileHead {
  readonly bytes: number;
  readonly checksum: string;
}

function isDescription(value: unknown): value is Description {
  if (typeof value !== 'object' || value === null) return false;
  if (!('category' in value && 'quantities' in value && 'bytes' in value && 'checksum' in value))
    return false;
  const { category, quantities, bytes, checksum } = value;
  return (
    isCategory(category) &&
    Array.isArray(quantities) &&
    quantities.every(isQuantity) &&
    typeof bytes === 'number' &&
    typeof checksum === 'string'
  );
}

function isQuantity(value: unknown): value is Quantity {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'category' in value &&
    isCategory(value.category) &&
    'quantity' in value &&
    Number.isSafeInteger(value.quantity)
  );
}

const CATEGORIES: Readonly<Record<DataCategory, true>> = {
  error: true,
  transaction: true,
  span: true,
  profile: true,
  profile_chunk: true,
};

function isCategory(value: unknown): value is DataCategory {
  return typeof value === 'string' && Object.hasOwn(CATEGORIES, value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
