import { freePort, makeFolder, Server } from './server.mjs';

const PROCESS = new URL('./postgres-process.mjs', import.meta.url).pathname;

/** Every client may ask for TLS before anything else, and gets an answer of one letter. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Comes with the development dependencies of this project. */
export const postgres = {
  name: 'Postgres',
  variable: 'POSTGRES_PORT',
  missing: () => undefined,
  async start() {
    const port = await freePort();
    const server = new Server('postgres', makeFolder('postgres'), process.execPath, [PROCESS, String(port)]);
    await server.answers(port, SSL_REQUEST);
    return { address: String(port), stop: () => server.stop() };
  },
};
