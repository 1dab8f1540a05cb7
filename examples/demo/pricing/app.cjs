const events = require('node:events');
const express = require('express');
const { Pool } = require('pg');
const { announce } = require('../processes/announce.cjs');
const { bridge } = require('./otel.cjs');

const database = new Pool({ connectionString: process.env.DATABASE_URL, max: 3 });
const app = express();

app.get('/prices/:sku', async (request, response) => {
  const { rows } = await database.query('select cents from bridge_demo.prices where sku = $1', [
    request.params.sku,
  ]);
  response.json(rows[0]);
});

const server = app.listen(0, '127.0.0.1', () => announce(`http://127.0.0.1:${server.address().port}`));

process.once('SIGTERM', () => void stop());

async function stop() {
  server.close();
  await events.once(server, 'close');
  await database.end();
  await bridge.close();
}
