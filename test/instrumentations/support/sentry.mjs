import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

const DEADLINE_MILLIS = 8000;
const PUBLIC_KEY = 'a'.repeat(32);

/** The same process receives what it sends, and that is nobody's request. */
export function isForSentry({ url }) {
  return url.startsWith('/api/1/envelope/');
}

/** A Sentry on a free port that takes everything and remembers the transactions. */
export class Sentry {
  #received = [];
  #server = createServer((request, response) => void this.#take(request, response));
  #arrived = () => undefined;

  static async start() {
    const sentry = new Sentry();
    await new Promise(resolve => sentry.#server.listen(0, '127.0.0.1', resolve));
    return sentry;
  }

  get dsn() {
    return `http://${PUBLIC_KEY}@127.0.0.1:${this.#server.address().port}/1`;
  }

  /**
   * Everything that has arrived since the last call, in order of start, once it is at least `count` transactions, or
   * takes too long, and `flush` has sent the rest.
   */
  async transactions(count, flush) {
    const deadline = Date.now() + DEADLINE_MILLIS;
    await flush();
    while (this.#received.length < count && Date.now() < deadline) await this.#arrival(deadline);
    await flush();
    return this.#received.splice(0).sort(byStart);
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #arrival(deadline) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, deadline - Date.now());
      this.#arrived = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #take(request, response) {
    const body = await buffer(request);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    this.#received.push(
      ...transactionsIn(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body),
    );
    this.#arrived();
  }
}

/** Starts are as exact as the clock: a millisecond. What continues a trace did not begin it. */
function byStart(a, b) {
  const isContinued = ({ contexts }) => Number(contexts.trace.parent_span_id !== undefined);
  return a.start_timestamp - b.start_timestamp || isContinued(a) - isContinued(b);
}

/** Payloads are JSON without newlines: after the envelope's header, lines come in pairs. Each keeps its header's context. */
function transactionsIn(body) {
  const [header, ...lines] = body
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  return lines.flatMap((item, index) =>
    index % 2 === 0 && item.type === 'transaction' ? [{ ...lines[index + 1], trace: header.trace }] : [],
  );
}
