import type { Agent, ClientRequest } from 'node:http';
import { createKeepAliveAgent } from './http-agent.js';
import { portOf, withoutBrackets } from './http-host.js';
import type { ProxyAddress } from './http-proxy-address.js';
import { ProxyError } from './http-proxy-error.js';

/**
 * Makes an agent that asks a proxy to forward requests to an http target, by their complete URL.
 *
 * A tunnel would do, too, but many proxies allow tunnels to port 443 only, and forwarding to any.
 * https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
export async function createForwardingAgent(target: URL, proxy: ProxyAddress): Promise<Agent> {
  const { url, authorization } = proxy;
  const agent = await createKeepAliveAgent(url);
  if (!takesRequests(agent)) throw new ProxyError('this version of Node cannot forward through a proxy');
  const addRequest = agent.addRequest.bind(agent);
  const host = withoutBrackets(url.hostname);
  const port = portOf(url);
  // Names without an IP address among them; TLS is with the proxy, for which the target's certificates do not count.
  const servername = /^[\d.]+$|:/.test(host) ? '' : host;
  // The request is for http, also if the proxy speaks https.
  agent.protocol = target.protocol;
  agent.addRequest = (request, options) => {
    request.path = target.origin + request.path;
    if (authorization !== undefined) request.setHeader('proxy-authorization', authorization);
    addRequest(request, { ...options, host, hostname: host, port, servername, ca: undefined });
  };
  return agent;
}

/** How Node hands a request to an agent: not documented, and the same ever since there are agents. */
interface RequestTaker {
  addRequest: (request: ClientRequest, options: object) => void;
  protocol: string;
}

function takesRequests(agent: Agent): agent is Agent & RequestTaker {
  return 'addRequest' in agent && 'protocol' in agent;
}
