// Postgres in WebAssembly, behind a socket like any other.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { announce } from '../processes/announce.cjs';

const MAX_CONNECTIONS = 10;

const db = await PGlite.create();
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: MAX_CONNECTIONS });
await server.start();
announce(`postgres://postgres:postgres@${server.getServerConn()}/postgres`);
