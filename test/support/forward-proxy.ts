import {
  createServer,
  request as sendRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Something a proxy does instead of its work: answers with a status, stays silent (`never`), closes the connection
 * (`reset`), or ends it without an answer (`end`).
 */
export type ProxyScript = { readonly status: number } | 'never' | 'reset' | 'end';

export interface ProxiedRequest {
  readonly method: string;
  /** `host:port` of a tunnel, complete URL of a request to forward. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Which connection it came over, counted from 1. */
  readonly connection: number;
}

export interface ForwardProxyOptions {
  /** `user:password`; others are answered with 407. */
  readonly credentials?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Default 0: any free one. */
  readonly port?: number;
  /** Where requests go in truth, whatever they name. */
  readonly upstream?: { readonly host: string; readonly port: number };
}

/** A proxy as companies have it, on a real port: tunnels by CONNECT, and forwards requests that name complete URLs. */
export class ForwardProxy {
  readonly requests: ProxiedRequest[] = [];
  readonly #options: ForwardProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #connectionNumbers = new WeakMap<Duplex, number>();
  readonly #scripts: ProxyScript[] = [];
  #connections = 0;
  #waiters: { count: number; resolve: () => void }[] = [];

  static async start(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
    const proxy = new ForwardProxy(options);
    await new Promise<void>(resolve => proxy.#server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return proxy;
  }

  private constructor(options: ForwardProxyOptions) {
    this.#options = options;
    const { tls } = options;
    this.#server = tls === undefined ? createServer() : createTlsServer({ ...tls });
    this.#server.keepAliveTimeout = 0;
    this.#server.on('request', (request, response) => this.#forward(request, response));
    this.#server.on('connect', (request, socket) => this.#tunnel(request, socket));
    this.#server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#connectionNumbers.set(socket, ++this.#connections);
      this.#track(socket);
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
    return address.port;
  }

  get url(): string {
    return this.urlFor();
  }

  /** The URL with credentials, as they are written in it. */
  urlFor(credentials?: string): string {
    const { tls } = this.#options;
    const userinfo = credentials === undefined ? '' : `${credentials}@`;
    return `${tls === undefined ? 'http' : 'https'}://${userinfo}${tls === undefined ? '127.0.0.1' : 'localhost'}:${this.port}`;
  }

  /** Number of connections that were ever made. */
  get connections(): number {
    return this.#connections;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Treats the next requests like this, one each. */
  answerNext(...scripts: ProxyScript[]): void {
    this.#scripts.push(...scripts);
  }

  /** Resolves when that many requests have arrived, in all. */
  received(count: number): Promise<void> {
    if (this.requests.length >= count) return Promise.resolve();
    return new Promise(resolve => this.#waiters.push({ count, resolve }));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #tunnel(request: IncomingMessage, client: Duplex): void {
    const script = this.#receive(request);
    if (typeof script === 'object') client.end(`HTTP/1.1 ${script.status} No\r\nx-reason: test\r\n\r\n`);
    else if (script !== undefined) misbehave(script, client);
    else {
      const url = new URL(`tunnel://${request.url}`);
      const { host = url.hostname.replace(/^\[(.*)\]$/, '$1'), port = Number(url.port) } =
        this.#options.upstream ?? {};
      const server = connect(port, host, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(server);
        server.pipe(client);
      });
      this.#track(server);
      server.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
      server.on('close', () => client.destroy());
      client.on('close', () => server.destroy());
    }
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const script = this.#receive(request);
    if (typeof script === 'object') response.writeHead(script.status).end();
    else if (script !== undefined) misbehave(script, request.socket);
    else if (!URL.canParse(request.url ?? '')) response.writeHead(400).end();
    else {
      const { 'proxy-authorization': _, connection: __, ...headers } = request.headers;
      const target = new URL(request.url ?? '');
      const upstream = sendRequest(
        {
          host: this.#options.upstream?.host ?? target.hostname.replace(/^\[(.*)\]$/, '$1'),
          port: this.#options.upstream?.port ?? target.port,
          path: target.pathname + target.search,
          method: request.method,
          headers,
        },
        answer => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        },
      );
      upstream.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
      request.pipe(upstream);
    }
  }

  /** Notes a request, and says what is to be done instead of its work. */
  #receive(request: IncomingMessage): ProxyScript | undefined {
    const { method = '', url: target = '', headers, socket } = request;
    this.requests.push({ method, target, headers, connection: this.#connectionNumbers.get(socket) ?? 0 });
    this.#waiters = this.#waiters.filter(({ count, resolve }) => {
      if (this.requests.length < count) return true;
      resolve();
      return false;
    });
    const { credentials } = this.#options;
    const expected =
      credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
    const isAllowed = expected === undefined || headers['proxy-authorization'] === expected;
    return this.#scripts.shift() ?? (isAllowed ? undefined : { status: 407 });
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }
}

function misbehave(script: 'never' | 'reset' | 'end', socket: Duplex): void {
  if (script === 'reset') socket.destroy();
  if (script === 'end') socket.end();
  // One that nobody reads from would not notice that the other end is gone.
  if (script === 'never') socket.resume().on('end', () => socket.destroy());
}
