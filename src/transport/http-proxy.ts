import { log } from '../otel/diagnostics.js';
import { createKeepAliveAgent, type AgentFactory } from './http-agent.js';
import { createForwardingAgent } from './http-proxy-forwarding.js';
import { findProxy } from './http-proxy-lookup.js';
import { proxyPackages, type ProxyPackages } from './http-proxy-packages.js';
import { createTunnelAgent } from './http-proxy-tunnel.js';

/**
 * Makes agents that go through the proxy the option or the variables name, or directly if there is none. `false`
 * ignores the variables, which are read when an agent is made. What is wrong with a proxy makes sending fail: sending
 * past it is for the application to decide.
 */
export function createProxyingAgentFactory(
  proxy: string | false | undefined,
  packages: ProxyPackages = proxyPackages,
): AgentFactory {
  if (proxy === false) return createKeepAliveAgent;
  return async target => {
    const address = await findProxy(target, proxy, packages);
    if (address === undefined) return createKeepAliveAgent(target);
    log.info(`sending through the proxy ${address.url.origin}`);
    return target.protocol === 'https:'
      ? createTunnelAgent(target, address, packages)
      : createForwardingAgent(target, address);
  };
}
