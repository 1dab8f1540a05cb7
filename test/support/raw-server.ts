import { createServer, type Socket } from 'node:net';

/** Listens on a real port and lets the test write whatever it likes, HTTP or not, once something has arrived. */
export class RawServer {
  readonly #server;
  readonly #sockets = new Set<Socket>();
  #waiters: (() => void)[] = [];
  connections = 0;

  static async start(react: (socket: Socket) => void): Promise<RawServer> {
    const server = new RawServer(react);
    await new Promise<void>(resolve => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private constructor(react: (socket: Socket) => void) {
    this.#server = createServer(socket => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
      socket.once('data', () => {
        react(socket);
        for (const resolve of this.#waiters.splice(0)) resolve();
      });
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/api/42/envelope/`;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Resolves when the next connection was reacted to. */
  reacted(): Promise<void> {
    return new Promise(resolve => this.#waiters.push(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
