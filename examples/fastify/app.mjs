import fastify from 'fastify';
import { withSpan } from 'otel-sentry-bridge';
import { bridge } from './otel.mjs';

const app = fastify();

app.get('/orders/:id', async request => {
  const order = await withSpan({ name: 'load order', op: 'db' }, () => find(request.params.id));
  return { order };
});

async function find(id) {
  if (id === '7') throw new Error('no such order');
  return { id };
}

// Called by `app.close()` after the last request has been answered.
app.addHook('onClose', () => bridge.close());
process.once('SIGTERM', () => app.close());

const address = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) });
console.log(`listening on ${address}`);
