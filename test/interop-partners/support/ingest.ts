import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { parseEnvelope } from '../../support/parse-envelope.js';
import { segmentsOf, type Segment } from './segment.js';

const PATIENCE_MILLIS = 8000;

/** Takes what all partners send to Sentry. Each service is a project of its own. */
export class Ingest {
  readonly #segments: Segment[][] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #waiting: (() => void)[] = [];

  static async start(): Promise<Ingest> {
    const ingest = new Ingest();
    await new Promise<void>(resolve => ingest.#server.listen(0, '127.0.0.1', resolve));
    return ingest;
  }

  /** The DSN of another project, and what is sent to it. */
  addProject(): { readonly dsn: string; readonly publicKey: string; readonly segments: readonly Segment[] } {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the receiver does not listen');
    const segments: Segment[] = [];
    const id = this.#segments.push(segments);
    const publicKey = id.toString(16).padStart(32, '0');
    return { dsn: `http://${publicKey}@127.0.0.1:${address.port}/${id}`, publicKey, segments };
  }

  /** Resolves when `condition` holds, which only what arrives can change. */
  async until(condition: () => boolean): Promise<void> {
    const end = performance.now() + PATIENCE_MILLIS;
    while (!condition()) {
      const left = end - performance.now();
      if (left <= 0) throw new Error(`waited in vain for ${String(condition)}`);
      await this.#arrival(left);
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #arrival(timeoutMillis: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, timeoutMillis);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const isZipped = request.headers['content-encoding'] === 'gzip';
    const id = Number(/^\/api\/(\d+)\/envelope/.exec(request.url ?? '')?.[1]);
    this.#segments[id - 1]?.push(...segmentsOf(parseEnvelope(isZipped ? gunzipSync(body) : body)));
    response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    response.end('{}');
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
