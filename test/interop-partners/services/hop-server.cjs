const { traceHeadersOf } = require('./trace-headers.cjs');

const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'sentry-trace, baggage, traceparent',
};

/**
 * A service that passes on what it is asked: `/hop?next=<base URL>&next=<base URL>…` calls the first of these with the
 * rest. The answer lists the trace headers that each service on the way has received, its own first.
 *
 * Further parameters, which are passed on, too: `via` is the client, `fetch` or `http`. `baggage` is what the service
 * itself puts into the baggage of its call; only the first one does.
 */
class HopServer {
  preflights = [];
  #http;
  #server;
  #pages;
  #open = 0;
  #whenIdle = [];

  /**
   * Loads `node:http` now: what is loaded before the instrumentations is not instrumented.
   *
   * @param {Record<string, (url: URL) => { type: string, body: string | Buffer }>} [pages] answers to other paths
   */
  constructor(pages = {}) {
    this.#http = require('node:http');
    this.#pages = pages;
    this.#server = this.#http.createServer((request, response) => {
      this.#open++;
      response.on('close', () => this.#closed());
      this.#answer(request, response).catch(error => response.writeHead(500).end(error.stack));
    });
  }

  /** Resolves with the port. */
  async listen() {
    await new Promise(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return this.#server.address().port;
  }

  /** Resolves when no request is open and those who listen to its end have heard of it. */
  async idle() {
    if (this.#open > 0) await new Promise(resolve => this.#whenIdle.push(resolve));
    await new Promise(resolve => setImmediate(resolve));
  }

  #closed() {
    this.#open--;
    if (this.#open === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  async #answer(request, response) {
    const url = new URL(request.url, 'http://127.0.0.1');
    const page = this.#pages[url.pathname];
    if (request.method === 'OPTIONS') {
      this.preflights.push(request.headers['access-control-request-headers']);
      response.writeHead(204, CORS_HEADERS).end();
    } else if (page !== undefined) {
      const { type, body } = page(url);
      response.writeHead(200, { 'content-type': type }).end(body);
    } else {
      const later = await this.#callNext(url);
      response.writeHead(200, { 'content-type': 'application/json', ...CORS_HEADERS });
      response.end(JSON.stringify([{ received: traceHeadersOf(request) }, ...later]));
    }
  }

  async #callNext({ searchParams }) {
    const [next, ...rest] = searchParams.getAll('next');
    if (next === undefined) return [];
    const url = new URL('/hop', next);
    for (const service of rest) url.searchParams.append('next', service);
    const via = searchParams.get('via') ?? 'fetch';
    url.searchParams.set('via', via);
    const baggage = searchParams.get('baggage');
    const headers = baggage === null ? {} : { baggage };
    return JSON.parse(await (via === 'http' ? this.#get(url, headers) : fetched(url, headers)));
  }

  async #get(url, headers) {
    const response = await new Promise((resolve, reject) =>
      this.#http.get(url, { headers }, resolve).on('error', reject),
    );
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += chunk;
    return body;
  }
}

async function fetched(url, headers) {
  const response = await fetch(url, { headers });
  return response.text();
}

module.exports = { HopServer };
