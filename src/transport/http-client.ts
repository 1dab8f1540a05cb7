import type { TransportResponse } from './transport.js';

/** Bytes of an answer that are read to keep the connection usable; Sentry's own has less than a hundred. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

/** The connection was closed before there was an answer. */
class ConnectionClosedError extends Error {
  override readonly name: string = 'ConnectionClosedError';
  readonly code = 'ECONNRESET';

  constructor(cause: Error) {
    super('the connection was closed', { cause });
  }
}

/** It was closed at the other end while it was idle, before the request arrived there. */
export class StaleConnectionError extends ConnectionClosedError {
  override readonly name = 'StaleConnectionError';
}

/** A body, and the headers that tell how to read it. */
export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly timeoutMillis: number;
}

/**
 * Posts to one URL over connections that are kept open and never keep the process alive.
 *
 * Calls `done` once, within the time of the request. Once there is a status, it counts: what goes wrong with the body
 * later changes nothing. Redirects are answers like others. An error of a connection that had been used before is a
 * `StaleConnectionError`: it may have been closed before the request arrived. May throw for a request that cannot be made.
 */
export interface HttpClient {
  post(request: PostRequest, done: (result: TransportResponse | Error) => void): void;
  /** Breaks off what is underway. */
  destroy(): void;
}

/** What of the headers of an answer is of interest. */
export function responseOf(
  statusCode: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): TransportResponse {
  return {
    statusCode,
    headers: {
      'retry-after': headerText(headers['retry-after']),
      'x-sentry-rate-limits': headerText(headers['x-sentry-rate-limits']),
    },
  };
}

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(',') : value;
}

const UNDICI_CLOSED = 'UND_ERR_SOCKET';

/** Codes of a connection that is gone; undici has a word of its own for it. */
const CLOSED_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', UNDICI_CLOSED]);

/** What a failure of a request is, on a connection that had been used before or not. */
export function connectionError(error: Error, isReused: boolean): Error {
  const code = 'code' in error ? error.code : undefined;
  if (isReused && CLOSED_CODES.has(code)) return new StaleConnectionError(error);
  return code === UNDICI_CLOSED ? new ConnectionClosedError(error) : error;
}
