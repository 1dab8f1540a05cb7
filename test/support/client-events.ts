import diagnosticsChannel from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** The next socket that this process opens to somebody else. */
export function nextClientSocket(): Promise<Socket> {
  return next('net.client.socket', message => (hasSocket(message) ? message.socket : undefined));
}

/** Resolves when the next answer has begun to arrive in this process: its headers are there. */
export function nextResponse(): Promise<true> {
  return next('undici:request:headers', () => true);
}

function next<T>(channel: string, select: (message: unknown) => T | undefined): Promise<T> {
  return new Promise(resolve => {
    const listener = (message: unknown) => {
      const selected = select(message);
      if (selected === undefined) return;
      diagnosticsChannel.unsubscribe(channel, listener);
      resolve(selected);
    };
    diagnosticsChannel.subscribe(channel, listener);
  });
}

function hasSocket(message: unknown): message is { socket: Socket } {
  return typeof message === 'object' && message !== null && 'socket' in message;
}
