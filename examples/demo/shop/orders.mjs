import { publishConfirmation } from './confirmations.mjs';
import { database } from './database.mjs';

/** @param {import('express').Express} app */
export function addOrders(app) {
  app.get('/orders/:id', async (request, response) => {
    const { rows } = await database.query('select id, sku, quantity from bridge_demo.orders where id = $1', [
      request.params.id,
    ]);
    const [order] = rows;
    const price = await fetch(new URL(`/prices/${order.sku}`, process.env.PRICING_URL));
    const { cents } = await price.json();
    response.json({ ...order, cents: order.quantity * cents });
  });

  app.post('/orders', async (_request, response) => {
    const { rows } = await database.query(
      'insert into bridge_demo.orders (sku, quantity) values ($1, $2) returning id',
      ['mug', 2],
    );
    publishConfirmation(rows[0].id);
    response.status(202).json(rows[0]);
  });

  app.get('/orders/:id/invoice', async request => {
    throw new Error(`order ${request.params.id} has no address to invoice`);
  });

  app.get('/revenue', async (_request, response) => {
    const { rows } = await database.query(
      'select sum(quantity * cents) as cents, pg_sleep(0.4) from bridge_demo.orders join bridge_demo.prices using (sku)',
    );
    response.json({ cents: Number(rows[0].cents) });
  });
}
