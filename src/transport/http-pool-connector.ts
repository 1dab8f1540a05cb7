import type net from 'node:net';
import type tls from 'node:tls';
import type { buildConnector } from 'undici';
import { guard } from '../otel/diagnostics.js';
import { portOf, withoutBrackets } from './http-host.js';
import type { HttpTarget } from './http-target.js';

/**
 * Opens connections that do not keep the process alive, neither while they are made nor while they are used: whoever
 * waits for an outcome holds the process. TLS sessions are resumed.
 */
export function createConnector(
  { connect, isIP }: Pick<typeof net, 'connect' | 'isIP'>,
  { connect: connectTls }: Pick<typeof tls, 'connect'>,
  { url, ca }: HttpTarget,
): buildConnector.connector {
  const host = withoutBrackets(url.hostname);
  const port = portOf(url);
  let session: Buffer | undefined;

  function open(): net.Socket {
    if (url.protocol === 'http:') return connect({ host, port: port ?? 0, noDelay: true });
    const socket = connectTls({
      host,
      port,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      ...(session !== undefined && { session }),
      ALPNProtocols: ['http/1.1'],
    });
    socket.setNoDelay(true);
    return socket.on('session', ticket => (session = ticket));
  }

  return (_options, callback) => {
    const socket = open();
    socket.unref();
    // undici would take hold of the process for every request.
    socket.ref = () => socket;
    // Here, whatever is thrown would end the process.
    const onError = (error: Error) =>
      guard('telling of a failed connection', undefined, () => callback(error, null));
    socket.once('error', onError);
    socket.once(url.protocol === 'http:' ? 'connect' : 'secureConnect', () => {
      socket.off('error', onError);
      callback(null, socket);
    });
  };
}
