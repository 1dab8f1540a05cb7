import type { Client } from 'undici';
import { MAX_SOCKETS } from './http-agent.js';

/** A connection that serves one request at a time, so that breaking off one breaks off nothing else. */
export interface Connection {
  readonly client: Client;
  /** Answers that came over it since it was made. */
  served: number;
}

/** Who gets a connection, in order of arrival. The one used last is used next, so that no more are open than are needed. */
export class Connections {
  readonly #open: () => Client;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<(connection: Connection) => void>();

  constructor(open: () => Client) {
    this.#open = open;
  }

  /** Calls `use` with a connection, at once if there is or may be one. Returns a function that no longer wants it. */
  take(use: (connection: Connection) => void): () => void {
    const connection = this.#idle.pop() ?? (this.#all.size < MAX_SOCKETS ? this.#create() : undefined);
    if (connection !== undefined) use(connection);
    else this.#waiting.add(use);
    return () => this.#waiting.delete(use);
  }

  giveBack(connection: Connection): void {
    if (!this.#all.has(connection)) return;
    const [next] = this.#waiting;
    if (next === undefined) this.#idle.push(connection);
    else {
      this.#waiting.delete(next);
      next(connection);
    }
  }

  /** Closes a connection that cannot be used any more; what is underway on it fails. */
  discard(connection: Connection, reason: Error): void {
    this.#all.delete(connection);
    connection.client.destroy(reason, () => undefined);
    const [next] = this.#waiting;
    if (next !== undefined && this.#waiting.delete(next)) next(this.#create());
  }

  destroy(reason: Error): void {
    this.#waiting.clear();
    for (const connection of this.#all) this.discard(connection, reason);
  }

  #create(): Connection {
    const connection = { client: this.#open(), served: 0 };
    connection.client.on('disconnect', () => (connection.served = 0));
    this.#all.add(connection);
    return connection;
  }
}
