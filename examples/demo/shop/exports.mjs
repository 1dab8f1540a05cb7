import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { database } from './database.mjs';

const tracer = trace.getTracer('shop');

/** @param {import('express').Express} app */
export function addExports(app) {
  // The response is over, and with it the span of the request, before the work is.
  app.get('/exports/orders', (_request, response) =>
    tracer.startActiveSpan('export orders', async span => {
      try {
        const { rows } = await database.query('select id, sku, quantity from bridge_demo.orders order by id');
        for (const row of rows) {
          response.write(`${JSON.stringify(row)}\n`);
          await delay(20);
        }
        response.end();
        await once(response, 'close');
        await archive(rows.length);
      } finally {
        span.end();
      }
    }),
  );
}

async function archive(lines) {
  await delay(80);
  await database.query('insert into bridge_demo.exports (lines) values ($1)', [lines]);
}
