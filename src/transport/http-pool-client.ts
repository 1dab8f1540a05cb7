import type { Client } from 'undici';
import { ShapeKeeper } from '../shape-keeper.js';
import { Bag } from './bag.js';
import { DeadlineError } from './deadline.js';
import type { Deadlines } from './deadlines.js';
import { IDLE_SOCKET_MILLIS } from './http-agent.js';
import { connectionError, MAX_RESPONSE_BYTES, responseOf, type HttpClient } from './http-client.js';
import { Connections, type Connection } from './http-connections.js';
import { createConnector } from './http-pool-connector.js';
import type { HttpTarget } from './http-target.js';
import { toError } from './network-error.js';
import type { TransportResponse } from './transport.js';

type Handler = NonNullable<Parameters<Client['dispatch']>[1]>;
type Headers = Parameters<NonNullable<Handler['onResponseStart']>>[2];

/** The first of the answered requests that is kept, see `ShapeKeeper`: they are all alike. */
const FIRST_KEPT = 64;

/** Answered requests from one that is kept to the next. */
const KEPT_INTERVAL = 4096;

/**
 * Posts with undici: a request costs half of what it costs with `node:http`, and Sentry wants one for each transaction
 * (benchmark/http-clients.mjs).
 */
export async function createPoolClient(target: HttpTarget, deadlines: Deadlines): Promise<HttpClient> {
  const UndiciClient = await loadClient();
  const { url, authorization } = target;
  const connect = createConnector(await import('node:net'), await import('node:tls'), target);
  const path = url.pathname + url.search;
  const credentials = authorization && { authorization: `Basic ${btoa(authorization)}` };
  const connections = new Connections(
    () =>
      new UndiciClient(url.origin, {
        connect,
        keepAliveTimeout: IDLE_SOCKET_MILLIS,
        keepAliveMaxTimeout: IDLE_SOCKET_MILLIS,
        // Deadlines are kept here, for the whole of a request.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
  );
  const open = new Bag<Exchange>();
  const shapes = new ShapeKeeper(FIRST_KEPT, KEPT_INTERVAL);
  return {
    post({ headers, body, timeoutMillis }, done) {
      // What undici refuses ends before `take` has returned.
      let stopWaiting = (): void => undefined;
      const exchange = new Exchange(connections, result => {
        takeOut();
        forget();
        stopWaiting();
        if (!(result instanceof Error) && shapes.isDue()) shapes.keep([exchange, request], body.byteLength);
        done(result);
      });
      const takeOut = open.add(exchange);
      const forget = deadlines.watch(
        () => exchange.breakOff(new DeadlineError(timeoutMillis)),
        timeoutMillis,
      );
      const all = credentials ? { ...headers, ...credentials } : headers;
      const request = { path, method: 'POST', headers: all, body } as const;
      stopWaiting = connections.take(connection => exchange.start(connection, request));
    },
    destroy() {
      const reason = new Error('the transport was closed');
      // Those that wait for a connection as well.
      open.forEach(exchange => exchange.breakOff(reason));
      connections.destroy(reason);
    },
  };
}

/** Without the rest of undici, as long as it has a file of its own. */
async function loadClient(): Promise<typeof Client> {
  try {
    return (await import('undici/lib/dispatcher/client.js')).default;
  } catch {
    return (await import('undici')).Client;
  }
}

/** One request and its answer, as undici tells of them. Says once what came of it. */
class Exchange implements Handler {
  /** undici's side of it, so that whoever keeps this keeps that. */
  controller: unknown;
  readonly #connections: Connections;
  /** Let go of when it was called: all of an envelope hangs on it. */
  #done: ((result: TransportResponse | Error) => void) | undefined;
  #connection: Connection | undefined;
  #isReused = false;
  #answer: TransportResponse | undefined;
  #remaining = MAX_RESPONSE_BYTES;

  constructor(connections: Connections, done: (result: TransportResponse | Error) => void) {
    this.#connections = connections;
    this.#done = done;
  }

  start(connection: Connection, request: Parameters<Client['dispatch']>[0]): void {
    this.#connection = connection;
    this.#isReused = connection.served > 0;
    try {
      connection.client.dispatch(request, this);
    } catch (error) {
      this.#finish(toError(error)); // A header that is none, for example.
    }
  }

  /** Ends it now; its connection cannot be used for anything else any more. */
  breakOff(reason: Error): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) this.#connections.discard(connection, reason);
    this.#finish(reason);
  }

  onRequestStart(controller: unknown): void {
    this.controller = controller;
  }

  /** Comes more than once when the server announces its answer (1xx). */
  onResponseStart(_controller: unknown, statusCode: number, headers: Headers): void {
    if (statusCode >= 200) this.#answer = responseOf(statusCode, headers);
  }

  /** Reads the body to its end, so that the connection can be used again, unless it is unreasonably long. */
  onResponseData(_controller: unknown, chunk: Uint8Array): void {
    this.#remaining -= chunk.byteLength;
    if (this.#remaining < 0) this.breakOff(new Error('the answer is too long'));
  }

  onResponseEnd(): void {
    // An error is made only where one is needed: its stack takes longer than all else that is done here.
    this.#finish(this.#answer ?? new Error('there was no answer'));
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#finish(connectionError(error, this.#isReused));
  }

  #finish(result: TransportResponse | Error): void {
    const done = this.#done;
    if (done === undefined) return;
    this.#done = undefined;
    if (this.#connection !== undefined) this.#release(this.#connection);
    done(this.#answer ?? result);
  }

  #release(connection: Connection): void {
    if (this.#answer !== undefined) {
      connection.served++;
      return this.#connections.giveBack(connection);
    }
    // undici is not done with a failed connection yet: a request now would break its own accounts, and the process.
    queueMicrotask(() => this.#connections.giveBack(connection));
  }
}
