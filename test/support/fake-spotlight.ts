import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PUBLIC_KEY } from './fake-sentry.js';
import { jsonOf, parseEnvelope, type ParsedEnvelope } from './parse-envelope.js';
import { checkWire } from './wire-problems.js';

export interface SpotlightRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Instead of taking an envelope: answers with a status, stays silent, or closes the connection. */
export type SpotlightScript = { readonly status: number } | 'never' | 'reset';

/**
 * A Spotlight on a real port: takes any envelope at `/stream` and `/api/<id>/envelope/`, ignores what has no content
 * type, and knows nothing of zstd.
 */
export class FakeSpotlight {
  readonly requests: SpotlightRequest[] = [];
  /** What it would show. */
  readonly envelopes: ParsedEnvelope[] = [];
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  readonly #sockets = new Set<Socket>();
  #scripts: SpotlightScript[] = [];
  #always: SpotlightScript | undefined;
  #waiters: { count: number; resolve: () => void }[] = [];

  static async start(port = 0): Promise<FakeSpotlight> {
    const spotlight = new FakeSpotlight();
    await new Promise<void>(resolve => spotlight.#server.listen(port, '127.0.0.1', resolve));
    return spotlight;
  }

  private constructor() {
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('Spotlight does not listen');
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/stream`;
  }

  /** Names of the transactions it would show, and types of other items. */
  get shown(): string[] {
    return this.envelopes.flatMap(({ items }) =>
      items.map(item => {
        const event = jsonOf(item);
        const isNamed = typeof event === 'object' && event !== null && 'transaction' in event;
        return isNamed ? String(event.transaction) : String(item.headers['type']);
      }),
    );
  }

  answerNext(...scripts: SpotlightScript[]): void {
    this.#scripts.push(...scripts);
  }

  answerAlways(script: SpotlightScript | undefined): void {
    this.#always = script;
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

  #show(envelope: ParsedEnvelope): void {
    checkWire(asForSentry(envelope));
    this.envelopes.push(envelope);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { url = '', headers, method } = request;
    const body = Buffer.concat(chunks);
    this.requests.push({ url, headers, body });
    const script = this.#scripts.shift() ?? this.#always;
    const isKnown = method === 'POST' && /^\/(stream|api\/\w+\/envelope\/?)(\?|$)/.test(url);
    const isReadable = ['gzip', 'deflate', 'br', undefined].includes(headers['content-encoding']);
    if (script === 'reset') request.socket.destroy();
    else if (script !== 'never') {
      response.statusCode = script?.status ?? (isKnown ? (isReadable ? 200 : 500) : 404);
      const isShown = response.statusCode === 200 && headers['content-type'] !== undefined;
      if (isShown) this.#show(parseEnvelope(body));
      response.end();
    }
    this.#waiters = this.#waiters.filter(({ count, resolve }) => {
      if (this.requests.length < count) return true;
      resolve();
      return false;
    });
  }
}

/** Without a DSN there is no key, and Spotlight is told so: all else is as Sentry gets it. */
function asForSentry({ headers, items }: ParsedEnvelope): ParsedEnvelope {
  const { trace } = headers;
  const isForSpotlight =
    typeof trace === 'object' && trace !== null && Reflect.get(trace, 'public_key') === 'spotlight';
  return {
    headers: isForSpotlight ? { ...headers, trace: { ...trace, public_key: PUBLIC_KEY } } : headers,
    items,
  };
}
