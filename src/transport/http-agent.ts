import type { Agent } from 'node:http';
import { loadHttp } from './http-module.js';

/** Connections open at the same time: as many as Sentry's Node SDK opens. */
export const MAX_SOCKETS = 30;

/**
 * Milliseconds an idle connection is kept. Relay closes its end after 5 s; to be first avoids writing into a
 * connection that is being closed. https://github.com/getsentry/relay/blob/master/relay-config/src/config.rs
 */
export const IDLE_SOCKET_MILLIS = 4000;

/** Makes the agent for requests to `target`; `undefined` if they need none. */
export type AgentFactory = (target: URL) => Promise<Agent | undefined>;

/** An agent that keeps connections open between requests; idle ones do not keep the process alive. */
export async function createKeepAliveAgent(target: URL): Promise<Agent> {
  const { Agent } = await loadHttp(target);
  return new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_SOCKET_MILLIS });
}
