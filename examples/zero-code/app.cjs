// The same as CommonJS: start it with `--import` as well, or with `node --require otel-sentry-bridge/register app.cjs`.
const { createServer } = require('node:http');

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
