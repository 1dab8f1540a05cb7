import { log } from '../otel/diagnostics.js';

export type Compression = 'gzip' | 'none' | 'zstd';

/** Bytes from which compressing pays: below, it costs more CPU than the rest of sending. The size Sentry's SDKs use. */
export const COMPRESSION_THRESHOLD_BYTES = 32 * 1024;

export interface Body {
  readonly bytes: Uint8Array;
  /** Value of `Content-Encoding`. https://develop.sentry.dev/sdk/foundations/transport/compression/ */
  readonly encoding: 'gzip' | 'zstd' | undefined;
}

/** Compresses bodies of at least `thresholdBytes`, off the main thread. */
export function createCompressor(
  wanted: Compression,
  thresholdBytes: number,
): (bytes: Uint8Array) => Body | Promise<Body> {
  let compress: Promise<(bytes: Uint8Array) => Promise<Body>> | undefined;
  return bytes => {
    if (wanted === 'none' || bytes.byteLength < thresholdBytes) return { bytes, encoding: undefined };
    compress ??= loadCompressor(wanted);
    return compress.then(run => run(bytes));
  };
}

type Callback = (error: Error | null, result: Uint8Array) => void;

async function loadCompressor(wanted: 'gzip' | 'zstd'): Promise<(bytes: Uint8Array) => Promise<Body>> {
  const { default: zlib } = await import('node:zlib');
  const zstd = wanted === 'zstd' ? zstdOf(zlib) : undefined;
  if (wanted === 'zstd' && zstd === undefined)
    log.warn('this version of Node has no zstd; compressing with gzip');
  const encoding = zstd === undefined ? 'gzip' : 'zstd';
  const run = zstd ?? ((bytes: Uint8Array, callback: Callback) => zlib.gzip(bytes, callback));
  return bytes =>
    new Promise((resolve, reject) => {
      run(bytes, (error, result) => (error === null ? resolve({ bytes: result, encoding }) : reject(error)));
    });
}

/** In Node 22.15 and 23.8 and later. https://nodejs.org/api/zlib.html#zlibzstdcompressbuffer-options-callback */
function zstdOf(zlib: object): ((bytes: Uint8Array, callback: Callback) => void) | undefined {
  if (!('zstdCompress' in zlib) || typeof zlib.zstdCompress !== 'function') return undefined;
  const { zstdCompress } = zlib;
  return (bytes, callback) => void zstdCompress(bytes, callback);
}
