// npm install && SENTRY_DSN=... npm start
import { createServer } from 'node:http';
import * as Sentry from '@sentry/node';
import { bridge } from './otel.mjs';

const server = createServer((request, response) => {
  try {
    if (request.url === '/orders/7') throw new Error('no such order');
    response.end('here it is');
  } catch (error) {
    Sentry.captureException(error);
    Sentry.logger.warn('an order was asked for that does not exist');
    response.writeHead(404).end();
  }
});

await new Promise(resolve => server.listen(0, resolve));
const { port } = server.address();
for (const order of [1, 7])
  await fetch(`http://localhost:${port}/orders/${order}`).then(answer => answer.text());
server.close();
await Promise.all([Sentry.close(), bridge.close()]);
