import { isMainThread, threadId } from 'node:worker_threads';

/** A thread as profiles and spans name it. */
export interface Thread {
  readonly id: number;
  readonly name: string;
}

export const currentThread: Thread = { id: threadId, name: isMainThread ? 'main' : 'worker' };
