import assert from 'node:assert/strict';
import { load, transactionsOf } from '../support/application.mjs';
import { closedPort, whileServing } from '../support/http-server.mjs';
import { isNewest } from '../support/line.mjs';
import { expectContinued, expectData, expectLines, spanOf } from '../support/transactions.mjs';

const http = load('http');

/** `fetch` is undici, in Node.js as well. */
describe('undici', () => {
  it('joins client and server in one trace', async () => {
    const server = http.createServer((request, response) => {
      response.statusCode = request.method === 'PUT' ? 200 : 404;
      response.end('done');
    });
    await whileServing(server, async (origin, port) => {
      const transactions = await transactionsOf('checkout', 3, async () => {
        await (await fetch(`${origin}/users/7?token=hunter2`)).text();
        await (await fetch(`${origin}/users/7`, { method: 'PUT', body: '{}' })).text();
      });
      const [client, missing, put] = transactions;

      expectLines(
        transactions,
        [
          '- | checkout (custom) | ok | manual',
          `  http.client | GET ${origin}/users/7 | not_found | auto.http.otel.node_fetch`,
          `  http.client | PUT ${origin}/users/7 | ok | auto.http.otel.node_fetch`,
        ],
        ['http.server | GET /users/7 (url) | not_found | auto.http.otel.http'],
        ['http.server | PUT /users/7 (url) | ok | auto.http.otel.http'],
      );
      expectContinued(missing, client, spanOf([client], `GET ${origin}/users/7`));
      expectContinued(put, client, spanOf([client], `PUT ${origin}/users/7`));
      expectData(spanOf([client], `GET ${origin}/users/7`), {
        'http.request.method': 'GET',
        'http.response.status_code': 404,
        'http.query': 'token=[Filtered]',
        'url.full': `${origin}/users/7?token=[Filtered]`,
        'url.path': '/users/7',
        'server.address': '127.0.0.1',
        'server.port': port,
        'error.type': isNewest ? '404' : undefined,
        'sentry.kind': 'client',
        'otel.scope.name': '@opentelemetry/instrumentation-undici',
      });
    });
  });

  it('shows a request that nobody answers as an error', async () => {
    const origin = `http://127.0.0.1:${await closedPort()}`;
    const transactions = await transactionsOf('checkout', 1, () =>
      assert.rejects(fetch(`${origin}/users/7`)),
    );

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      `  http.client | GET ${origin}/users/7 | internal_error | auto.http.otel.node_fetch`,
    ]);
    assert.match(spanOf(transactions, `GET ${origin}/users/7`).data['sentry.status.message'], /ECONNREFUSED/);
  });
});
