import { load, receivedTransactions } from '../support/application.mjs';
import { visit, whileServing } from '../support/http-server.mjs';
import { isNewest } from '../support/line.mjs';
import { expectData, expectLines, spanOf } from '../support/transactions.mjs';

const http = load('http');
const express = load('express');

/** Express 4 has two layers of its own; instrumentations of its time add the route to the names of handlers. */
const layers = isNewest
  ? ['  middleware | middleware - jsonParser | ok | auto.http.otel.express']
  : [
      '  middleware | middleware - query | ok | auto.http.otel.express',
      '  middleware | middleware - expressInit | ok | auto.http.otel.express',
      '  middleware | middleware - jsonParser | ok | auto.http.otel.express',
    ];
const handlerOf = route => (isNewest ? 'request handler' : `request handler - ${route}`);

function createServer() {
  const app = express();
  const orders = express.Router();
  orders.get('/:id', (request, response) => response.json({ id: request.params.id }));
  app.use(express.json());
  app.use('/orders', orders);
  app.get('/fail', () => {
    throw new Error('out of stock');
  });
  // Express tells handlers of errors by their four parameters.
  app.use((error, request, response, _next) => response.status(500).end(error.message));
  return http.createServer(app);
}

describe('express', () => {
  it('names a request after its route, above its layers', async () => {
    await whileServing(createServer(), origin => visit(`${origin}/orders/7?page=2`));
    const transactions = await receivedTransactions(1);

    expectLines(transactions, [
      'http.server | GET /orders/:id (route) | ok | auto.http.otel.http',
      ...layers,
      '  router | router - /:id | ok | auto.http.otel.express',
      `  handler | ${handlerOf('/orders/:id')} | ok | auto.http.otel.express`,
    ]);
    expectData(spanOf(transactions, 'GET /orders/:id'), {
      'http.route': '/orders/:id',
      'sentry.source': 'route',
    });
    expectData(spanOf(transactions, handlerOf('/orders/:id')), {
      'express.type': 'request_handler',
      'http.route': '/orders/:id',
      'otel.scope.name': '@opentelemetry/instrumentation-express',
    });
  });

  it('shows which layer failed, and why', async () => {
    await whileServing(createServer(), origin => visit(`${origin}/fail`));
    const transactions = await receivedTransactions(1);

    expectLines(transactions, [
      'http.server | GET /fail (route) | internal_error | auto.http.otel.http',
      ...layers,
      `  handler | ${handlerOf('/fail')} | internal_error | auto.http.otel.express`,
    ]);
    expectData(spanOf(transactions, handlerOf('/fail')), {
      'exception.type': 'Error',
      'exception.message': 'out of stock',
      'sentry.status.message': 'out of stock',
    });
  });

  it('names a request that no route matches after its path', async () => {
    await whileServing(createServer(), origin => visit(`${origin}/none`));
    expectLines(await receivedTransactions(1), [
      'http.server | GET /none (url) | not_found | auto.http.otel.http',
      ...layers,
    ]);
  });
});
