import { once } from 'node:events';
import express from 'express';
import { announce } from '../processes/announce.cjs';
import { stopConfirmations } from './confirmations.mjs';
import { database } from './database.mjs';
import { addExports } from './exports.mjs';
import { addOrders } from './orders.mjs';
import { provider } from './otel.mjs';

const app = express();
addOrders(app);
addExports(app);
app.use((error, _request, response, _next) => {
  response.status(500).json({ error: error.message });
});

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
announce(`http://127.0.0.1:${server.address().port}`);

process.once('SIGTERM', () => void stop());

async function stop() {
  server.close();
  await once(server, 'close');
  await stopConfirmations();
  await database.end();
  await provider.shutdown();
}
