import type { Agent, AgentOptions, ClientRequest, RequestOptions } from 'node:http';

/** What is used of `node:http` and `node:https`. */
export interface HttpModule {
  readonly Agent: new (options: AgentOptions) => Agent;
  readonly request: (options: RequestOptions) => ClientRequest;
}

/**
 * Loads the module for a URL, not before there is something to send: instrumentations can patch a module only if they
 * are set up before it is loaded. The object must be asked for `request` each time, to see what was patched later.
 */
export async function loadHttp(target: URL): Promise<HttpModule> {
  const module = target.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return module.default;
}
