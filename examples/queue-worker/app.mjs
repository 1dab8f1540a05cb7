import { createServer } from 'node:http';
import { bridge } from './otel.mjs';
import { Queue } from './queue.mjs';

const queue = new Queue();

const server = createServer((request, response) => {
  queue.publish({ order: request.url.slice(1) });
  response.writeHead(202).end();
});
server.listen(process.env.PORT ?? 3000, '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`),
);

process.once('SIGTERM', () => {
  server.close(async () => {
    await queue.close();
    await bridge.close();
  });
});
