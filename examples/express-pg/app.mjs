import express from 'express';
import { Pool } from 'pg';
import { setTag } from 'otel-sentry-bridge';
import { bridge } from './otel.mjs';

const database = new Pool({ connectionString: process.env.DATABASE_URL });
const app = express();

app.get('/squares/:number', async (request, response) => {
  setTag('parity', request.params.number % 2 === 0 ? 'even' : 'odd');
  const { rows } = await database.query('select $1::int * $1::int as square', [request.params.number]);
  response.json(rows[0]);
});

app.use((error, _request, response, _next) => {
  response.status(500).json({ error: error.message });
});

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`),
);

process.once('SIGTERM', () => {
  server.close(async () => {
    await database.end();
    await bridge.close();
  });
});
