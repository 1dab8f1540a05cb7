// Postgres in WebAssembly, behind a socket like any other: node postgres-process.mjs <port>.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const MAX_CONNECTIONS = 10;

const db = await PGlite.create();
const port = Number(process.argv[2]);
await new PGLiteSocketServer({ db, host: '127.0.0.1', port, maxConnections: MAX_CONNECTIONS }).start();
