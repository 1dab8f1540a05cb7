// Postgres in WebAssembly, behind a socket like any other; for those who have none at hand.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const db = await PGlite.create();
const server = new PGLiteSocketServer({
  db,
  host: '127.0.0.1',
  port: Number(process.env.PGPORT ?? 5432),
  maxConnections: 10,
});
await server.start();
console.log(`DATABASE_URL=postgres://postgres:postgres@${server.getServerConn()}/postgres`);
