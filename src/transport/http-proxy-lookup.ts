import { isExempt } from './http-proxy-exemption.js';
import { parseProxyAddress, type ProxyAddress } from './http-proxy-address.js';
import type { ProxyPackages } from './http-proxy-packages.js';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for requests to `target`: the one of the option, else of the variables `https_proxy` or `http_proxy`, then
 * `all_proxy`, in either case. `NO_PROXY` applies to all of them, as in Sentry's own SDK.
 *
 * @throws ProxyError if what is given cannot be used
 */
export async function findProxy(
  target: URL,
  option: string | undefined,
  packages: ProxyPackages,
): Promise<ProxyAddress | undefined> {
  const { env } = await import('node:process');
  if (isExempt(target, valueOf(env, 'no_proxy') ?? '')) return undefined;
  if (option !== undefined) return parseProxyAddress(option, 'the option proxy');
  const name = [`${target.protocol.slice(0, -1)}_proxy`, 'all_proxy'].find(each => valueOf(env, each));
  if (name === undefined) return undefined;
  const getProxyForUrl = await packages.getProxyForUrl();
  const found = getProxyForUrl(target.href);
  if (typeof found !== 'string' || found === '') return undefined;
  return parseProxyAddress(withPlainScheme(found, valueOf(env, name)), `the variable ${name}`);
}

/** The lower-case name wins, as everywhere. */
function valueOf(env: Variables, name: string): string | undefined {
  return env[name] || env[name.toUpperCase()];
}

/** A value without a scheme is completed with that of the target, but proxies for https speak http, too. */
function withPlainScheme(found: string, given: string | undefined): string {
  return found === given ? found : found.replace(/^https:/, 'http:');
}
