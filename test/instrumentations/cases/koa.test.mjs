import { load, receivedTransactions } from '../support/application.mjs';
import { visit, whileServing } from '../support/http-server.mjs';
import { expectData, expectLines, spanOf } from '../support/transactions.mjs';

const http = load('http');
const Koa = load('koa');
const Router = load('@koa/router');

function createServer() {
  const app = new Koa();
  const router = new Router();
  app.silent = true;
  router.get('/orders/:id', context => {
    context.body = context.params;
  });
  router.get('/fail', () => {
    throw new Error('out of stock');
  });
  app.use(async function timing(context, next) {
    await next();
  });
  app.use(router.routes());
  return http.createServer(app.callback());
}

describe('koa', () => {
  it('names a request after its route, above its layers', async () => {
    await whileServing(createServer(), origin => visit(`${origin}/orders/7?page=2`));
    const transactions = await receivedTransactions(1);

    expectLines(transactions, [
      'http.server | GET /orders/:id (route) | ok | auto.http.otel.http',
      '  middleware | middleware - timing | ok | auto.http.otel.koa',
      '    router | router - /orders/:id | ok | auto.http.otel.koa',
    ]);
    expectData(spanOf(transactions, 'router - /orders/:id'), {
      'koa.type': 'router',
      'http.route': '/orders/:id',
      'otel.scope.name': '@opentelemetry/instrumentation-koa',
    });
  });

  it('shows a request that failed', async () => {
    await whileServing(createServer(), origin => visit(`${origin}/fail`));
    const transactions = await receivedTransactions(1);

    // The instrumentation records the exception and leaves the status of its spans alone.
    expectLines(transactions, [
      'http.server | GET /fail (route) | internal_error | auto.http.otel.http',
      '  middleware | middleware - timing | ok | auto.http.otel.koa',
      '    router | router - /fail | ok | auto.http.otel.koa',
    ]);
    expectData(spanOf(transactions, 'router - /fail'), {
      'exception.type': 'Error',
      'exception.message': 'out of stock',
    });
  });

  it('names a request that no route matches after its path', async () => {
    await whileServing(createServer(), origin => visit(`${origin}/none`));
    expectLines(await receivedTransactions(1), [
      'http.server | GET /none (url) | not_found | auto.http.otel.http',
      '  middleware | middleware - timing | ok | auto.http.otel.koa',
    ]);
  });
});
