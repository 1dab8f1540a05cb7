// An application that knows nothing of tracing. With `otel-sentry-bridge`, an OpenTelemetry SDK and instrumentations
// installed, and SENTRY_DSN and SENTRY_TRACES_SAMPLE_RATE set, start it with
//
//   node --import otel-sentry-bridge/register app.mjs
//
// and ask for http://localhost:3000/. Ctrl-C sends what is left and ends it.
import { createServer } from 'node:http';

const routes = {
  '/': async () => `The price is ${await priceOf('book')}.\n`,
  '/price': async () => '42',
};

const server = createServer(async (request, response) => {
  const route = routes[new URL(request.url, origin()).pathname];
  response.statusCode = route === undefined ? 404 : 200;
  response.end(await route?.());
});

async function priceOf(article) {
  const response = await fetch(`${origin()}/price?article=${article}`);
  return response.text();
}

function origin() {
  return `http://localhost:${server.address().port}`;
}

server.listen(process.env.PORT ?? 3000, () => console.log(`listening on ${origin()}`));
