import type { Agent } from 'node:http';
import { systemClock } from '../clock.js';
import { runUnobserved } from '../otel/suppress-tracing.js';
import { DeadlineError } from './deadline.js';
import { Deadlines } from './deadlines.js';
import { createAgentClient } from './http-agent-client.js';
import { StaleConnectionError, type HttpClient } from './http-client.js';
import { COMPRESSION_THRESHOLD_BYTES, createCompressor, type Body } from './http-compression.js';
import { loadHttp } from './http-module.js';
import type { HttpTransportOptions } from './http-options.js';
import { createPoolClient } from './http-pool-client.js';
import { parseTarget } from './http-target.js';
import { toError } from './network-error.js';
import type { PostingTransport } from './posting-transport.js';
import type { TransportResponse } from './transport.js';

/** A transport that has something to release. */
export interface HttpTransport extends PostingTransport {
  /** Breaks off requests in flight and closes connections. */
  close(): void;
}

const NOTHING = new Uint8Array();

type Done = (result: TransportResponse | Error) => void;

/**
 * Sends envelopes over HTTP, on connections that are kept open.
 *
 * A request whose connection turns out to have been closed while idle is sent once more, silently: every server closes
 * idle connections, and sometimes just when one is taken.
 *
 * @throws TypeError if `url` is not an absolute http or https URL.
 */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const { clock = systemClock, createAgent } = options;
  const target = parseTarget(options);
  const givenAgent = options.agent === undefined ? undefined : checkAgent(options.agent);
  const compress = createCompressor(
    options.compression ?? 'gzip',
    options.compressionThresholdBytes ?? COMPRESSION_THRESHOLD_BYTES,
  );
  const fixedHeaders = {
    'user-agent': `${options.sdk.name}/${options.sdk.version}`,
    ...ownHeaders(options.headers),
    'content-type': 'application/x-sentry-envelope',
  };
  const deadlines = new Deadlines(clock);
  let isClosed = false;
  let connecting: Promise<HttpClient> | undefined;
  let client: HttpClient | undefined;
  let ownAgent: Agent | undefined;

  /** Node's own client where an agent is wanted, be it for a proxy. */
  async function createClient(): Promise<HttpClient> {
    const agent = givenAgent ?? (ownAgent = await createAgent?.(target.url));
    client =
      agent === undefined
        ? await createPoolClient(target, deadlines)
        : createAgentClient(await loadHttp(target.url), agent, target, deadlines);
    return client;
  }

  /** What fails is tried anew with the next envelope. */
  function connect(): Promise<HttpClient> {
    connecting ??= createClient().catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  }

  async function prepare(body: Body | Promise<Body>): Promise<[HttpClient, Body] | Error> {
    try {
      return await Promise.all([connect(), body]);
    } catch (error) {
      return toError(error);
    }
  }

  function post(envelope: Uint8Array, timeoutMillis: number, done: Done): void {
    const deadline = clock.monotonicMillis() + timeoutMillis;
    const body = compress(envelope);
    const start = (ready: HttpClient, { bytes, encoding }: Body) => {
      const headers =
        encoding === undefined ? fixedHeaders : { ...fixedHeaders, 'content-encoding': encoding };
      const attempt = (mayRepeat: boolean) => {
        const remainingMillis = deadline - clock.monotonicMillis();
        if (isClosed) return done(new Error('the transport is closed'));
        if (remainingMillis <= 0) return done(new DeadlineError(timeoutMillis));
        ready.post({ headers, body: bytes, timeoutMillis: remainingMillis }, result =>
          mayRepeat && result instanceof StaleConnectionError ? attempt(false) : done(result),
        );
      };
      guarded(() => attempt(true), done);
    };
    if (client !== undefined && !(body instanceof Promise)) return start(client, body);
    void whenPrepared(prepare(body), start, done);
  }

  return {
    isPosting: true,
    prepare: () => void runUnobserved(() => prepare({ bytes: NOTHING, encoding: undefined })),
    post: (envelope, timeoutMillis, done) => runUnobserved(() => post(envelope, timeoutMillis, done)),
    send: (envelope, timeoutMillis) =>
      new Promise((resolve, reject) =>
        runUnobserved(() =>
          post(envelope, timeoutMillis, result =>
            result instanceof Error ? reject(result) : resolve(result),
          ),
        ),
      ),
    close() {
      isClosed = true;
      deadlines.stop();
      client?.destroy();
      ownAgent?.destroy();
    },
  };
}

async function whenPrepared(
  preparing: Promise<[HttpClient, Body] | Error>,
  start: (client: HttpClient, body: Body) => void,
  done: Done,
): Promise<void> {
  const prepared = await preparing;
  if (prepared instanceof Error) done(prepared);
  else start(...prepared);
}

/** Node refuses some requests, such as one with a header that is none, by throwing. */
function guarded(start: () => void, done: Done): void {
  try {
    start();
  } catch (error) {
    done(toError(error));
  }
}

/** Headers that describe the body, or the connection, are not the application's to set. */
const RESERVED = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

function ownHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !RESERVED.has(name)),
  );
}

function checkAgent(agent: object): Agent {
  if (isAgent(agent)) return agent;
  throw new TypeError('agent must be an http.Agent or https.Agent');
}

function isAgent(value: object): value is Agent {
  return 'addRequest' in value && typeof value.addRequest === 'function';
}
