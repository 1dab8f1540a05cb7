import type { HttpsProxyAgent } from 'https-proxy-agent';
import { describeError } from '../otel/diagnostics.js';
import { ProxyError } from './http-proxy-error.js';

/** What is used of the packages that know about proxies. Nothing is loaded before it is asked for. */
export interface ProxyPackages {
  /** Finds the proxy for a URL in the variables; `''` for none. */
  readonly getProxyForUrl: () => Promise<(url: string) => unknown>;
  readonly tunnelAgent: () => Promise<typeof HttpsProxyAgent<string>>;
}

export const proxyPackages: ProxyPackages = {
  getProxyForUrl: () =>
    loaded('proxy-from-env', async () => {
      // @ts-expect-error: it comes without types
      const module: unknown = await import('proxy-from-env');
      if (!isProxyFromEnv(module)) throw new TypeError('it has no getProxyForUrl()');
      return url => module.getProxyForUrl(url);
    }),
  tunnelAgent: () =>
    loaded('https-proxy-agent', async () => {
      const { HttpsProxyAgent } = await import('https-proxy-agent');
      return HttpsProxyAgent;
    }),
};

async function loaded<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const [reason] = describeError(error).split('\n');
    throw new ProxyError(`a proxy needs the package ${name}, which cannot be loaded: ${reason}`, {
      cause: error,
    });
  }
}

function isProxyFromEnv(module: unknown): module is { getProxyForUrl: (url: string) => unknown } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'getProxyForUrl' in module &&
    typeof module.getProxyForUrl === 'function'
  );
}
