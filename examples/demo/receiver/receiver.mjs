import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { parseEnvelope } from './parse-envelope.mjs';

const PUBLIC_KEY = '3c7d0f5a9b1e4682a7d5c0e9f2b48d16';
const TRACE_HEADERS = ['sentry-trace', 'baggage', 'traceparent'];

/** Takes envelopes like Sentry does, on this machine only, and keeps what is in them. */
export class Receiver {
  /** `{ event, trace }`: transactions with the trace header of their envelopes. */
  transactions = [];
  /** Profiles of transactions. */
  profiles = [];
  /** Pieces of the profile of a process. */
  chunks = [];
  /** What the services say they have not sent: `{ reason, category, quantity }`. */
  losses = [];
  /** What Sentry would not have liked, in words. */
  complaints = [];
  /** Host and port. */
  host = '';
  #forward;
  #server = createServer((request, response) => void this.#answer(request, response));

  /** @param forward passes on what is received; resolves with the answer */
  static async start(forward) {
    const receiver = new Receiver();
    receiver.#forward = forward;
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    receiver.host = `127.0.0.1:${receiver.#server.address().port}`;
    return receiver;
  }

  get dsn() {
    return `http://${PUBLIC_KEY}@${this.host}/1`;
  }

  get tunnel() {
    return `http://${this.host}/tunnel`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request, response) {
    const body = await buffer(request);
    try {
      const envelope = parseEnvelope(
        request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
      );
      this.#check(request, envelope);
      this.#keep(envelope);
      const answer = await this.#forward?.(body, request.headers);
      if (answer?.status >= 400) this.complaints.push(`${answer.status}: ${answer.body}`);
      response.writeHead(answer?.status ?? 200, { 'content-type': 'application/json', ...answer?.headers });
      response.end(answer?.body ?? JSON.stringify({ id: envelope.headers.event_id }));
    } catch (error) {
      this.complaints.push(`${request.method} ${request.url}: ${error.message}`);
      response.writeHead(400).end();
    }
  }

  #check({ method, url, headers }, envelope) {
    const key = /sentry_key=(\w+)/.exec(headers['x-sentry-auth'] ?? url)?.[1];
    const isKnown = url === '/tunnel' ? envelope.headers.dsn !== undefined : key === PUBLIC_KEY;
    if (method !== 'POST' || !isKnown) this.complaints.push(`${method} ${url} does not say whom it is for`);
    for (const name of TRACE_HEADERS) {
      if (name in headers) this.complaints.push(`an envelope was sent with the header ${name}`);
    }
  }

  #keep({ headers, items }) {
    for (const { header, payload } of items) {
      if (header.type === 'transaction') {
        this.transactions.push({ event: JSON.parse(payload), trace: headers.trace });
      } else if (header.type === 'profile') this.profiles.push(JSON.parse(payload));
      else if (header.type === 'profile_chunk') this.chunks.push(JSON.parse(payload));
      else if (header.type === 'client_report') {
        this.losses.push(...JSON.parse(payload).discarded_events);
      } else this.complaints.push(`an item of type ${header.type}`);
    }
  }
}
