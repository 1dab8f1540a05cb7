import type { Agent, ClientRequest, RequestOptions } from 'node:http';
import { systemClock } from '../clock.js';
import { runUnobserved } from '../otel/suppress-tracing.js';
import { DeadlineError } from './deadline.js';
import { createKeepAliveAgent } from './http-agent.js';
import { COMPRESSION_THRESHOLD_BYTES, createCompressor, type Body } from './http-compression.js';
import { exchange, StaleConnectionError } from './http-exchange.js';
import { loadHttp } from './http-module.js';
import type { HttpTransportOptions } from './http-options.js';
import type { Transport, TransportResponse } from './transport.js';

/** A transport that has something to release. */
export interface HttpTransport extends Transport {
  /** Breaks off requests in flight and closes connections. */
  close(): void;
}

/**
 * Sends envelopes with Node's own HTTP client, over connections that are kept open.
 *
 * A request whose connection turns out to have been closed while idle is sent once more, silently: every server closes
 * idle connections, and sometimes just when one is taken.
 *
 * @throws TypeError if `url` is not an absolute http or https URL.
 */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const { clock = systemClock, createAgent = createKeepAliveAgent } = options;
  const target = parseTarget(options.url);
  const givenAgent = options.agent === undefined ? undefined : checkAgent(options.agent);
  const compress = createCompressor(
    options.compression ?? 'gzip',
    options.compressionThresholdBytes ?? COMPRESSION_THRESHOLD_BYTES,
  );
  const fixedOptions = requestOptions(target, options);
  const open = new Set<ClientRequest>();
  let isClosed = false;
  let client: Promise<Client> | undefined;

  async function createClient(): Promise<Client> {
    const http = await loadHttp(target);
    const agent = givenAgent ?? (await createAgent(target));
    return { request: request => http.request(request), agent };
  }

  /** What fails is tried anew with the next envelope. */
  function connect(): Promise<Client> {
    client ??= createClient().catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    return client;
  }

  async function post(envelope: Uint8Array, timeoutMillis: number): Promise<TransportResponse> {
    const deadline = clock.monotonicMillis() + timeoutMillis;
    const [{ request, agent }, body] = await Promise.all([connect(), compress(envelope)]);
    const headers = { ...fixedOptions.headers, ...bodyHeaders(body) };
    const attempt = () => {
      if (isClosed) throw new Error('the transport is closed');
      const remainingMillis = deadline - clock.monotonicMillis();
      if (remainingMillis <= 0) throw new DeadlineError(timeoutMillis);
      const options = { ...fixedOptions, headers, agent };
      return exchange({ request, options, body: body.bytes, timeoutMillis: remainingMillis, clock, open });
    };
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof StaleConnectionError) return await attempt();
      throw error;
    }
  }

  return {
    send: (envelope, timeoutMillis) => runUnobserved(() => post(envelope, timeoutMillis)),
    close() {
      isClosed = true;
      for (const request of open) request.destroy(new Error('the transport was closed'));
      if (givenAgent === undefined) void client?.then(destroyAgent, () => undefined);
    },
  };
}

interface Client {
  readonly request: (options: RequestOptions) => ClientRequest;
  readonly agent: Agent;
}

function destroyAgent({ agent }: Client): void {
  agent.destroy();
}

function requestOptions(target: URL, { headers, caCerts, sdk }: HttpTransportOptions) {
  const hasCredentials = target.username !== '' || target.password !== '';
  return {
    method: 'POST',
    protocol: target.protocol,
    // A URL has IPv6 addresses in brackets, a socket must have them without.
    hostname: target.hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(target.port === '' ? {} : { port: target.port }),
    path: target.pathname + target.search,
    ...(hasCredentials ? { auth: credentials(target) } : {}),
    ...(caCerts === undefined ? {} : { ca: typeof caCerts === 'string' ? caCerts : [...caCerts] }),
    headers: { 'user-agent': `${sdk.name}/${sdk.version}`, ...lowerCaseNames(headers) },
  };
}

function bodyHeaders({ bytes, encoding }: Body): Record<string, string | number> {
  return {
    'content-type': 'application/x-sentry-envelope',
    'content-length': bytes.byteLength,
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  };
}

function lowerCaseNames(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function credentials({ username, password }: URL): string {
  return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
}

function parseTarget(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target?.protocol === 'http:' || target?.protocol === 'https:') return target;
  throw new TypeError('url must be an absolute http or https URL');
}

function checkAgent(agent: object): Agent {
  if (isAgent(agent)) return agent;
  throw new TypeError('agent must be an http.Agent or https.Agent');
}

function isAgent(value: object): value is Agent {
  return 'addRequest' in value && typeof value.addRequest === 'function';
}
