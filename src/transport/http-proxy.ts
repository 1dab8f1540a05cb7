import { log } from '../otel/diagnostics.js';
import type { AgentFactory } from './http-agent.js';
import { createForwardingAgent } from './http-proxy-forwarding.js';
import { findProxy } from './http-proxy-lookup.js';
import { proxyPackages, type ProxyPackages } from './http-proxy-packages.js';
import { createTunnelAgent } from './http-proxy-tunnel.js';

/**
 * Makes agents that go through the proxy the option or the variables name; none where there is no proxy. `false`
 * ignores the variables, which are read when an agent is made. What is wrong with a proxy makes sending fail: sending
 * past it is for the application to decide.
 */
export function createProxyingAgentFactory(
  proxy: string | false | undefined,
  packages: ProxyPackages = proxyPackages,
): AgentFactory | undefined {
  if (proxy === false) return undefined;
  return async target => {
    const address = await findProxy(target, proxy, packages);
    if (address === undefined) return undefined;
    log.info(`sending through the proxy ${address.url.origin}`);
    return target.protocol === 'https:'
      ? createTunnelAgent(target, address, packages)
      : createForwardingAgent(target, address);
  };
}
