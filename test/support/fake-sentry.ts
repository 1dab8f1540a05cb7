import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import * as zlib from 'node:zlib';
import { jsonOf, parseEnvelope, type ParsedEnvelope, type ParsedItem } from './parse-envelope.js';
import { checkWire } from './wire-problems.js';

/** An ordinary answer. Default: 200 with the body Sentry sends. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
  /** Answers not before this resolves. */
  readonly after?: Promise<unknown>;
}

/**
 * Something a broken network does: `never` takes the request and stays silent, `reset` closes the connection instead
 * of answering, `slow-headers` and `slow-body` begin an answer that never ends, `cut-body` breaks off after the
 * headers.
 */
export type Mischief = 'never' | 'reset' | 'slow-headers' | 'slow-body' | 'cut-body';

export type Script = Answer | Mischief;

export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  readonly rawBody: Buffer;
  /** Decompressed. */
  readonly body: Buffer;
  /** Absent if it cannot be read: see `violations`. */
  readonly envelope: ParsedEnvelope | undefined;
  /** Which connection it came over, counted from 1. */
  readonly connection: number;
  /** The status it got, if any. */
  status: number | undefined;
}

export interface FakeSentryOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Before `/api/`, without slashes. */
  readonly path?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export const PUBLIC_KEY = '8f3c1d2e4b5a69788796a5b4c3d2e1f0';
export const PROJECT_ID = '42';
const MAX_BODY_BYTES = 200 * 1024 * 1024;

/**
 * A Sentry to test against, on a real port. Checks authentication and framing like Relay, remembers every request,
 * and answers as told: first what was queued with `answerNext`, then what `answerAlways` says, else as Relay would.
 *
 * A request to `/tunnel` is taken if its envelope names the DSN.
 */
export class FakeSentry {
  readonly requests: ReceivedRequest[] = [];
  /** Everything Relay would refuse or ignore, as text. Most tests should end with none. */
  readonly violations: string[] = [];
  readonly #server: Server;
  readonly #options: FakeSentryOptions;
  readonly #sockets = new Set<Socket>();
  readonly #connectionNumbers = new WeakMap<Socket, number>();
  readonly #scripts: Script[] = [];
  #always: Script | undefined;
  #connections = 0;
  #waiters: { count: number; resolve: () => void }[] = [];

  static async start(options: FakeSentryOptions = {}): Promise<FakeSentry> {
    const sentry = new FakeSentry(options);
    await new Promise<void>((resolve, reject) => {
      sentry.#server.once('error', reject);
      sentry.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
    return sentry;
  }

  private constructor(options: FakeSentryOptions) {
    this.#options = options;
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#handle(request, response);
    this.#server =
      options.tls === undefined ? createServer(handle) : createTlsServer({ ...options.tls }, handle);
    // Connections are closed by tests, never by the clock.
    this.#server.keepAliveTimeout = 0;
    this.#server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#connectionNumbers.set(socket, ++this.#connections);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  get port(): number {
    return addressOf(this.#server).port;
  }

  /** `http://127.0.0.1:1234`, with the path if there is one. */
  get origin(): string {
    const { host = '127.0.0.1', path, tls } = this.#options;
    const authority = `${host.includes(':') ? `[${host}]` : host}:${this.port}`;
    return `${tls === undefined ? 'http' : 'https'}://${authority}${path === undefined ? '' : `/${path}`}`;
  }

  get dsn(): string {
    return `${this.origin.replace('://', `://${PUBLIC_KEY}@`)}/${PROJECT_ID}`;
  }

  get envelopeUrl(): string {
    return `${this.origin}/api/${PROJECT_ID}/envelope/?sentry_version=7&sentry_key=${PUBLIC_KEY}&sentry_client=test%2F1`;
  }

  get tunnelUrl(): string {
    return `${this.origin}/tunnel`;
  }

  /** Number of connections that were ever made. */
  get connections(): number {
    return this.#connections;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Everything that could be read, in order of arrival. */
  get envelopes(): ParsedEnvelope[] {
    return this.requests.flatMap(({ envelope }) => (envelope === undefined ? [] : [envelope]));
  }

  /** What Sentry would have kept: the envelopes that were answered with 2xx. */
  get acceptedEnvelopes(): ParsedEnvelope[] {
    return this.requests.flatMap(({ envelope, status = 0 }) =>
      envelope !== undefined && status >= 200 && status < 300 ? [envelope] : [],
    );
  }

  /** Accepted items of a type, as JSON. */
  accepted(type: string): unknown[] {
    return this.acceptedEnvelopes
      .flatMap(({ items }) => items.filter(item => item.headers['type'] === type))
      .map(jsonOf);
  }

  /** Sums of all accepted client reports, by `reason/category`. */
  reportedLosses(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const report of this.accepted('client_report')) {
      for (const { reason, category, quantity } of discardedEvents(report)) {
        sums[`${reason}/${category}`] = (sums[`${reason}/${category}`] ?? 0) + quantity;
      }
    }
    return sums;
  }

  /** Answers the next requests with these, one each. */
  answerNext(...scripts: Script[]): void {
    this.#scripts.push(...scripts);
  }

  /** Forgets what was queued with `answerNext`. */
  forgetScripts(): void {
    this.#scripts.length = 0;
  }

  /** Answers every request for which nothing was queued like this; undefined goes back to Relay's behaviour. */
  answerAlways(script: Script | undefined): void {
    this.#always = script;
  }

  /**
   * Resolves when that many requests have arrived completely, in all. What a mischievous answer says has left by then;
   * an ordinary one has not.
   */
  received(count: number): Promise<void> {
    if (this.requests.length >= count) return Promise.resolve();
    return new Promise(resolve => this.#waiters.push({ count, resolve }));
  }

  /** Closes all connections as if they had been idle for too long. */
  closeConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.closeConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const rawBody = await readAll(message);
    if (rawBody === undefined) return;
    const request = this.#toRequest(message, rawBody);
    const verdict = this.#check(request);
    if (verdict !== undefined) this.violations.push(verdict.reason);
    this.requests.push(request);
    if (request.envelope !== undefined) checkWire(request.envelope);
    const script =
      this.#scripts.shift() ?? this.#always ?? (verdict === undefined ? {} : { status: verdict.status });
    if (typeof script === 'string') request.status = await misbehave(script, message.socket, response);
    this.#requestArrived();
    if (typeof script !== 'string') await this.#answer(script, request, response);
  }

  #requestArrived(): void {
    this.#waiters = this.#waiters.filter(({ count, resolve }) => {
      if (this.requests.length < count) return true;
      resolve();
      return false;
    });
  }

  async #answer(answer: Answer, request: ReceivedRequest, response: ServerResponse): Promise<void> {
    await answer.after;
    request.status = answer.status ?? 200;
    const id = request.envelope?.headers['event_id'];
    response.writeHead(request.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? (id === undefined ? '{}' : JSON.stringify({ id })));
  }

  #toRequest(message: IncomingMessage, rawBody: Buffer): ReceivedRequest {
    const url = message.url ?? '';
    const body =
      this.#attempt('decompress', () => decompress(rawBody, message.headers['content-encoding'])) ?? rawBody;
    return {
      method: message.method ?? '',
      url,
      query: new URL(url, 'http://host').searchParams,
      headers: message.headers,
      rawBody,
      body,
      envelope: this.#attempt('parse', () => parseEnvelope(body)),
      connection: this.#connectionNumbers.get(message.socket) ?? 0,
      status: undefined,
    };
  }

  #attempt<T>(what: string, body: () => T): T | undefined {
    try {
      return body();
    } catch (error) {
      this.violations.push(`cannot ${what} the envelope: ${String(error)}`);
      return undefined;
    }
  }

  #check({
    method,
    url,
    query,
    headers,
    envelope,
  }: ReceivedRequest): { status: number; reason: string } | undefined {
    const path = url.replace(/\?.*/, '');
    const prefix = this.#options.path === undefined ? '' : `/${this.#options.path}`;
    const isTunnel = path === `${prefix}/tunnel`;
    if (method !== 'POST') return { status: 405, reason: `method ${method}` };
    if (!isTunnel && path !== `${prefix}/api/${PROJECT_ID}/envelope/`)
      return { status: 404, reason: `path ${path}` };
    const header = headers['x-sentry-auth'] ?? headers.authorization;
    const headerKey = /sentry_key=(\w+)/.exec(String(header))?.[1];
    const keys = [query.get('sentry_key'), headerKey].filter(key => typeof key === 'string');
    if (keys.length > 1) return { status: 400, reason: 'authenticated twice' };
    if (isTunnel && keys.length > 0) return { status: 400, reason: 'a tunnel was given the key' };
    const dsn = envelope?.headers['dsn'];
    if (isTunnel && dsn !== this.dsn) return { status: 400, reason: `tunnel for dsn ${String(dsn)}` };
    if (!isTunnel && keys[0] !== PUBLIC_KEY) return { status: 403, reason: `key ${String(keys[0])}` };
    return envelope === undefined ? { status: 400, reason: 'not an envelope' } : checkEnvelope(envelope);
  }
}

/** What the envelope itself can get wrong, as far as it shows in the answer. */
function checkEnvelope({ headers, items }: ParsedEnvelope): { status: number; reason: string } | undefined {
  const sentAt = headers['sent_at'];
  if (typeof sentAt !== 'string' || new Date(sentAt).toISOString() !== sentAt) {
    return { status: 400, reason: `sent_at ${String(sentAt)}` };
  }
  const tooLarge = items.find(item => isEvent(item) && item.payload.length > 1024 * 1024);
  return tooLarge === undefined ? undefined : { status: 413, reason: 'an item is too large' };
}

function isEvent({ headers }: ParsedItem): boolean {
  return headers['type'] === 'transaction' || headers['type'] === 'event';
}

/** Resolves when what is to be written has left, with the status if there was one. */
async function misbehave(
  mischief: Mischief,
  socket: Socket,
  response: ServerResponse,
): Promise<number | undefined> {
  if (mischief === 'reset') socket.destroy();
  if (mischief === 'slow-headers') {
    await new Promise<void>(resolve => socket.write('HTTP/1.1 200 OK\r\nx-slow: ', () => resolve()));
  }
  if (mischief !== 'slow-body' && mischief !== 'cut-body') return undefined;
  response.writeHead(200, { 'content-length': 100 });
  await new Promise<void>(resolve => response.write('{', () => resolve()));
  if (mischief === 'cut-body') socket.destroy();
  return 200;
}

/** Undefined if the client went away in the middle. */
async function readAll(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(Buffer.from(chunk));
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

function decompress(body: Buffer, encoding: string | undefined): Buffer {
  const options = { maxOutputLength: MAX_BODY_BYTES };
  if (encoding === 'gzip' || encoding === 'x-gzip') return zlib.gunzipSync(body, options);
  if (encoding === 'deflate') return zlib.inflateSync(body, options);
  if (encoding === 'br') return zlib.brotliDecompressSync(body, options);
  if (encoding === 'zstd') return zstdDecompress(body);
  return body;
}

function zstdDecompress(body: Buffer): Buffer {
  if (!('zstdDecompressSync' in zlib) || typeof zlib.zstdDecompressSync !== 'function')
    throw new Error('no zstd here');
  return Buffer.from(zlib.zstdDecompressSync(body));
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return address;
}

function discardedEvents(report: unknown): { reason: string; category: string; quantity: number }[] {
  if (typeof report !== 'object' || report === null || !('discarded_events' in report))
    throw new Error('not a report');
  const { discarded_events: discarded } = report;
  if (!Array.isArray(discarded)) throw new Error('discarded_events is not a list');
  return discarded;
}
