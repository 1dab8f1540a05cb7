import type { ResolvedSpoolOptions } from './config.js';
import { isRecord, numberOption, refuse } from './validate.js';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_AGE_MILLIS = 2 * 24 * 60 * 60 * 1000;

export function resolveSpool(options: Readonly<Record<string, unknown>>): ResolvedSpoolOptions | undefined {
  const { spool } = options;
  if (spool === undefined) return undefined;
  if (!isRecord(spool)) return refuse('spool', 'an object with a directory', spool);
  const { directory } = spool;
  if (typeof directory !== 'string' || directory === '')
    return refuse('spool.directory', 'a path', directory);
  const limits = { 'spool.maxBytes': spool['maxBytes'], 'spool.maxAgeMillis': spool['maxAgeMillis'] };
  return {
    directory,
    maxBytes: numberOption(limits, 'spool.maxBytes', 1) ?? MAX_BYTES,
    maxAgeMillis: numberOption(limits, 'spool.maxAgeMillis', 1) ?? MAX_AGE_MILLIS,
  };
}
