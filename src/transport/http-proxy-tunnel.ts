import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpsProxyAgent } from 'https-proxy-agent';
import { describeError } from '../otel/diagnostics.js';
import { IDLE_SOCKET_MILLIS } from './http-agent.js';
import type { ProxyAddress } from './http-proxy-address.js';
import { ProxyError } from './http-proxy-error.js';
import type { ProxyPackages } from './http-proxy-packages.js';

type Tunnel = HttpsProxyAgent<string>;
type ConnectOptions = Parameters<Tunnel['connect']>[1];

const HTTPS_PORT = 443;
const CONNECTED = 200;
/** Statuses with which a proxy says that it could not reach the target: what would be a network failure without it. */
const UNREACHABLE: ReadonlySet<unknown> = new Set([502, 503, 504]);

/**
 * Makes an agent that reaches an https target through a tunnel, so that the proxy sees host names only.
 * https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
 *
 * It sets no limit on connections: requests that wait for one would wait forever when tunnels fail. Delivery limits
 * requests.
 */
export async function createTunnelAgent(
  target: URL,
  { url, authorization }: ProxyAddress,
  packages: ProxyPackages,
): Promise<Agent> {
  const Base = await packages.tunnelAgent();
  const { checkServerIdentity } = await import('node:tls');

  class TunnelAgent extends Base {
    override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
      const givenUp = new AbortController();
      const unwatch = onDestroy(request, reason => givenUp.abort(reason));
      let status: number | undefined;
      request.once('proxyConnect', (answer: { readonly statusCode: number }) => (status = answer.statusCode));
      // Read before anything is waited for, so that each connection has a signal of its own.
      this.connectOpts = { ...this.connectOpts, signal: givenUp.signal };
      try {
        const socket = await super.connect(request, checkingTarget(options));
        if (status === CONNECTED) return socket;
        socket.destroy();
      } catch (error) {
        throw givenUp.signal.aborted ? givenUp.signal.reason : failure(url, error);
      } finally {
        unwatch();
      }
      throw refusal(url, status);
    }
  }

  /** TLS would compare the certificate of a target that has no name with the name of the proxy. */
  function checkingTarget(options: ConnectOptions): ConnectOptions {
    const { host = target.hostname } = options;
    return options.secureEndpoint
      ? { ...options, checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) }
      : options;
  }

  const headers = authorization === undefined ? {} : { 'Proxy-Authorization': authorization };
  const agent = new TunnelAgent(url, { keepAlive: true, headers });
  agent.options.timeout = IDLE_SOCKET_MILLIS;
  // Found out from stack traces otherwise.
  agent.protocol = 'https:';
  agent.defaultPort = HTTPS_PORT;
  return agent;
}

/** Calls back when a request is destroyed; while it has no connection, Node tells nobody. Returns a function that stops it. */
function onDestroy(request: ClientRequest, callback: (reason: Error) => void): () => void {
  const destroy = request.destroy.bind(request);
  const withoutReason = new Error('the request was given up');
  let isWatching = true;
  if (request.destroyed) callback(withoutReason);
  request.destroy = (reason = withoutReason) => {
    if (isWatching) callback(reason);
    return destroy(reason);
  };
  return () => (isWatching = false);
}

function failure(proxy: URL, error: unknown): ProxyError {
  // Without a code, the proxy has closed the connection instead of answering.
  const code = typeof error === 'object' && error !== null && 'code' in error ? {} : { code: 'ECONNRESET' };
  return new ProxyError(`no connection through the proxy ${proxy.origin}: ${describeError(error)}`, {
    cause: error,
    ...code,
  });
}

function refusal(proxy: URL, status: number | undefined): ProxyError {
  const hint = status === 407 ? ' (are its credentials right?)' : '';
  return new ProxyError(
    `the proxy ${proxy.origin} answered CONNECT with ${status}${hint}`,
    UNREACHABLE.has(status) ? { code: 'EHOSTUNREACH' } : {},
  );
}
