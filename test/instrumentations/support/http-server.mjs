import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { outside } from './application.mjs';

/** Serves with a server of any framework while `body` runs, which gets the origin of its URLs, and its port. */
export async function whileServing(server, body) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address();
    return await body(`http://127.0.0.1:${port}`, port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Requests a URL as somebody who is not traced. */
export function visit(url, { method = 'GET', headers = {} } = {}) {
  return outside(
    () =>
      new Promise((resolve, reject) => {
        const outgoing = request(url, { method, headers, agent: false }, response => {
          response.resume();
          response.once('close', () => resolve(response.statusCode));
        });
        outgoing.once('error', reject);
        outgoing.end();
      }),
  );
}

/** A port on which nobody answers. */
export async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
