// A queue as simple as can be: messages to a worker process. Any other carries `headers` in its messages just so.
import { fork } from 'node:child_process';
import { withQueueProcess, withQueuePublish } from 'otel-sentry-bridge';

const DESTINATION = 'confirmations';
const SYSTEM = 'child_process';
const END = 'end';

export class Queue {
  #worker = fork(new URL('worker.mjs', import.meta.url));
  #count = 0;

  publish(body) {
    const messageId = String(++this.#count);
    return withQueuePublish({ destination: DESTINATION, messageId, system: SYSTEM }, headers =>
      this.#worker.send({ id: messageId, headers, body }),
    );
  }

  /** Lets the worker finish what it was sent. */
  async close() {
    this.#worker.send(END);
    await new Promise(resolve => this.#worker.once('exit', resolve));
  }
}

/** In the worker: calls `handle` with the body of every message, in the trace of whoever published it. */
export function consume(handle) {
  process.on('message', message => {
    // Nothing more will come: when the last message is done, so is the process.
    if (message === END) return process.channel.unref();
    const { id, headers, body } = message;
    withQueueProcess({ destination: DESTINATION, messageId: id, system: SYSTEM, headers }, () =>
      handle(body),
    ).catch(error => console.error(`message ${id}: ${error.message}`));
  });
}
