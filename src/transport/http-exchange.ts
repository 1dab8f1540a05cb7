import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Clock } from '../clock.js';
import { DeadlineError, setDeadline } from './deadline.js';
import { toError } from './network-error.js';
import type { TransportResponse } from './transport.js';

/** Bytes of an answer that are read to keep the connection usable; Sentry's own has less than a hundred. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

/** The connection was closed at the other end while it was idle, before the request arrived there. */
export class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
  readonly code = 'ECONNRESET';

  constructor(cause: Error) {
    super('the connection was closed', { cause });
  }
}

export interface Exchange {
  readonly request: (options: RequestOptions) => ClientRequest;
  readonly options: RequestOptions;
  readonly body: Uint8Array;
  readonly timeoutMillis: number;
  readonly clock: Clock;
  /** Holds the request for as long as it is open, for somebody to destroy it. */
  readonly open: Set<ClientRequest>;
}

/**
 * Sends one request and reads its answer, all within `timeoutMillis`. Once there is a status, it counts: what goes
 * wrong with the body later changes nothing. Redirects are answers like others.
 */
export function exchange({
  request: start,
  options,
  body,
  timeoutMillis,
  clock,
  open,
}: Exchange): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const request = start(options);
    let answer: TransportResponse | undefined;
    open.add(request);
    const cancelTimer = setDeadline(
      clock,
      () => request.destroy(new DeadlineError(timeoutMillis)),
      timeoutMillis,
    );
    const finish = (error: Error) => {
      open.delete(request);
      cancelTimer();
      if (answer !== undefined) resolve(answer);
      else reject(request.reusedSocket && isClosedByPeer(error) ? new StaleConnectionError(error) : error);
    };
    // Whoever waits for the outcome holds the process; a request that nobody waits for must not.
    request.on('socket', socket => socket.unref());
    request.on('response', response => {
      answer = readHead(response);
      drain(response, () => finish(new Error('the answer broke off')));
    });
    request.on('error', error => finish(toError(error)));
    request.on('close', () => finish(new Error('the connection was closed')));
    request.end(body);
  });
}

/** Reads the body to its end, so that the connection can be used again, unless it is unreasonably long. */
function drain(response: IncomingMessage, done: () => void): void {
  let remaining = MAX_RESPONSE_BYTES;
  response.on('data', (chunk: Uint8Array) => {
    remaining -= chunk.byteLength;
    if (remaining < 0) response.destroy();
  });
  response.on('end', done);
  response.on('close', done);
  response.on('error', done);
}

function readHead({ statusCode, headers }: IncomingMessage): TransportResponse {
  const limits = headers['x-sentry-rate-limits'];
  return {
    statusCode: statusCode ?? 0,
    headers: {
      'retry-after': headers['retry-after'],
      'x-sentry-rate-limits': typeof limits === 'object' ? limits.join(',') : limits,
    },
  };
}

function isClosedByPeer(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
