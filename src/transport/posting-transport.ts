import type { Transport, TransportResponse } from './transport.js';

/**
 * A transport of our own, which calls back instead of promising: where asynchronous contexts are tracked, the dozen
 * promises between a queue and a socket cost as much as the request. Keeps its deadline itself.
 */
export interface PostingTransport extends Transport {
  readonly isPosting: true;
  /** Loads what the first request needs, so that it need not wait for it. Never throws. */
  prepare(): void;
  /** Like `send`: calls `done` once with the answer, or with an error, within `timeoutMillis`. Never throws. */
  post(envelope: Uint8Array, timeoutMillis: number, done: (result: TransportResponse | Error) => void): void;
}

export function isPosting(transport: Transport): transport is PostingTransport {
  return 'isPosting' in transport && transport.isPosting === true;
}
