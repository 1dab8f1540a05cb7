import { load, receivedTransactions } from '../support/application.mjs';
import { visit } from '../support/http-server.mjs';
import { isNewest } from '../support/line.mjs';
import { expectData, expectLines, spanOf } from '../support/transactions.mjs';

const fastify = load('fastify');

/** Runs `body` with the origin of URLs. */
async function whileServing(body) {
  const app = fastify();
  app.addHook('onRequest', async function authorise() {});
  app.get('/orders/:id', async function getOrder(request) {
    return request.params;
  });
  app.get('/fail', async function fail() {
    throw new Error('out of stock');
  });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    await body(origin);
  } finally {
    await app.close();
  }
}

/** Fastify has an instrumentation of its own by now. It puts a span around the layers, and none on the answer 404. */
const layersOf = (handler, status, requestStatus = status) =>
  isNewest
    ? [
        `  http | request | ${requestStatus} | auto.http.otel.fastify`,
        '    middleware | onRequest - authorise | ok | auto.http.otel.fastify',
        ...(handler === undefined
          ? []
          : [`    handler | handler - ${handler} | ${status} | auto.http.otel.fastify`]),
      ]
    : [
        '  middleware | middleware - authorise | ok | auto.http.otel.fastify',
        `  handler | request handler - ${handler ?? 'basic404'} | ${status} | auto.http.otel.fastify`,
      ];
const handlerOf = name => (isNewest ? `handler - ${name}` : `request handler - ${name}`);

describe('fastify', () => {
  it('names a request after its route, above its layers', async () => {
    await whileServing(origin => visit(`${origin}/orders/7?page=2`));
    const transactions = await receivedTransactions(1);

    expectLines(transactions, [
      'http.server | GET /orders/:id (route) | ok | auto.http.otel.http',
      ...layersOf('getOrder', 'ok'),
    ]);
    expectData(spanOf(transactions, handlerOf('getOrder')), {
      'fastify.type': isNewest ? 'request-handler' : 'request_handler',
      'http.route': '/orders/:id',
      'otel.scope.name': isNewest ? '@fastify/otel' : '@opentelemetry/instrumentation-fastify',
    });
  });

  it('shows which layer failed, and why', async () => {
    await whileServing(origin => visit(`${origin}/fail`));
    const transactions = await receivedTransactions(1);

    expectLines(transactions, [
      'http.server | GET /fail (route) | internal_error | auto.http.otel.http',
      ...layersOf('fail', 'internal_error'),
    ]);
    expectData(spanOf(transactions, handlerOf('fail')), {
      'exception.type': 'Error',
      'exception.message': 'out of stock',
      'sentry.status.message': 'out of stock',
    });
  });

  it('names a request that no route matches after its path', async () => {
    await whileServing(origin => visit(`${origin}/none`));
    expectLines(await receivedTransactions(1), [
      'http.server | GET /none (url) | not_found | auto.http.otel.http',
      ...layersOf(undefined, 'ok', 'not_found'),
    ]);
  });
});
