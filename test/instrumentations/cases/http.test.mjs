import assert from 'node:assert/strict';
import { load, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { callersContext, callersHeaders } from '../support/caller.mjs';
import { closedPort, visit, whileServing } from '../support/http-server.mjs';
import { expectContinued, expectData, expectLines, spanOf } from '../support/transactions.mjs';

const http = load('http');

/** Answers with the status that the path begins with, else 200. */
const createServer = () =>
  http.createServer((request, response) => {
    response.statusCode = Number(/^\/(\d{3})/.exec(request.url)?.[1] ?? 200);
    response.end('done');
  });

function get(url) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, response => response.resume().once('close', resolve));
    request.once('error', reject);
  });
}

describe('http', () => {
  it('names a request without a route after its path', async () => {
    await whileServing(createServer(), async (origin, port) => {
      await visit(`${origin}/users/7?token=hunter2&page=2`, { headers: { 'user-agent': 'browser' } });
      const [transaction, ...others] = await receivedTransactions(1);

      expectLines([transaction, ...others], ['http.server | GET /users/7 (url) | ok | auto.http.otel.http']);
      assert.deepEqual(transaction.request, {
        method: 'GET',
        url: `${origin}/users/7`,
        query_string: 'token=[Filtered]&page=2',
        headers: { 'user-agent': 'browser' },
      });
      assert.deepEqual(transaction.contexts.response, { status_code: 200 });
      // Other services may see a name in the context of the trace, unless it is a path.
      assert.equal(transaction.trace.transaction, undefined);
      expectData(transaction.contexts.trace, {
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'http.query': 'token=[Filtered]&page=2',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'server.port': port,
        'network.protocol.version': '1.1',
        'user_agent.original': 'browser',
        'sentry.kind': 'server',
        'sentry.source': 'url',
        'otel.scope.name': '@opentelemetry/instrumentation-http',
      });
    });
  });

  const answers = [
    { path: '/', line: 'http.server | GET / (route) | ok | auto.http.otel.http' },
    { path: '/401', line: 'http.server | GET /401 (url) | unauthenticated | auto.http.otel.http' },
    { path: '/404', line: 'http.server | GET /404 (url) | not_found | auto.http.otel.http' },
    { path: '/500', line: 'http.server | GET /500 (url) | internal_error | auto.http.otel.http' },
    { path: '/503', line: 'http.server | GET /503 (url) | unavailable | auto.http.otel.http' },
    { method: 'POST', path: '/users', line: 'http.server | POST /users (url) | ok | auto.http.otel.http' },
    {
      method: 'PROPFIND',
      path: '/files',
      line: 'http.server | PROPFIND /files (url) | ok | auto.http.otel.http',
    },
  ];
  for (const { method = 'GET', path, line } of answers) {
    it(`shows ${method} ${path} as ${line}`, async () => {
      await whileServing(createServer(), origin => visit(origin + path, { method }));
      expectLines(await receivedTransactions(1), [line]);
    });
  }

  it('joins client and server in one trace', async () => {
    await whileServing(createServer(), async (origin, port) => {
      const transactions = await transactionsOf('checkout', 2, () =>
        get(`${origin}/404/users/7?token=hunter2`),
      );
      const [client, server] = transactions;
      const request = spanOf([client], `GET ${origin}/404/users/7`);

      expectLines(
        transactions,
        [
          '- | checkout (custom) | ok | manual',
          `  http.client | GET ${origin}/404/users/7 | not_found | auto.http.otel.http`,
        ],
        ['http.server | GET /404/users/7 (url) | not_found | auto.http.otel.http'],
      );
      expectContinued(server, client, request);
      expectData(request, {
        'http.request.method': 'GET',
        'http.response.status_code': 404,
        'url.full': `${origin}/404/users/7?token=[Filtered]`,
        'server.address': '127.0.0.1',
        'server.port': port,
        'sentry.kind': 'client',
      });
    });
  });

  it('shows a request that nobody answers as an error', async () => {
    const origin = `http://127.0.0.1:${await closedPort()}`;
    const transactions = await transactionsOf('checkout', 1, () => assert.rejects(get(`${origin}/users/7`)));

    expectLines(transactions, [
      '- | checkout (custom) | ok | manual',
      `  http.client | GET ${origin}/users/7 | internal_error | auto.http.otel.http`,
    ]);
    const { data } = spanOf(transactions, `GET ${origin}/users/7`);
    assert.match(data['sentry.status.message'], /^connect ECONNREFUSED/);
    assert.equal(data['exception.type'], 'ECONNREFUSED');
  });

  it('continues the trace of a caller, with its decision and its context', async () => {
    const traceId = 'd9e1b2a5f4c34b0f8a7d6c5b4a392817';
    const headers = callersHeaders(traceId, true);
    await whileServing(createServer(), origin => visit(`${origin}/users/7`, { headers }));
    const transactions = await receivedTransactions(1);

    expectLines(transactions, ['http.server | GET /users/7 (url) | ok | auto.http.otel.http']);
    const [{ contexts, trace }] = transactions;
    assert.equal(contexts.trace.trace_id, traceId);
    assert.equal(contexts.trace.parent_span_id, '0123456789abcdef');
    assert.deepEqual(trace, callersContext(traceId, true));
  });

  it('sends nothing of a request whose caller is not sampled', async () => {
    const headers = callersHeaders('d9e1b2a5f4c34b0f8a7d6c5b4a392817', false);
    await whileServing(createServer(), origin => visit(`${origin}/users/7`, { headers }));
    expectLines(await receivedTransactions(0));
  });
});
