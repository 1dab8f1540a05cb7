import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { getTraceMetaTags, TRACE_HEADERS } from 'otel-sentry-bridge';
import { bridge } from './otel.mjs';

/** The API is at another origin than the page, so browsers ask it which headers they may send. */
const api = createServer((request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', TRACE_HEADERS.join(', '));
  if (request.method === 'OPTIONS') response.writeHead(204).end();
  else response.end('42');
});

const pages = createServer((request, response) => {
  if (request.url === '/browser.js') {
    response.setHeader('content-type', 'text/javascript');
    createReadStream(new URL('public/browser.js', import.meta.url)).pipe(response);
    return;
  }
  response.setHeader('content-type', 'text/html');
  response.end(page());
});

/** Called within the span of the request: the tags name its trace. */
function page() {
  const { SENTRY_DSN: dsn, SENTRY_TRACE_LIFECYCLE: traceLifecycle } = process.env;
  return `<!doctype html>
<html>
  <head>
    <title>Prices</title>
    ${getTraceMetaTags()}
    <script>
      window.settings = ${JSON.stringify({ dsn, traceLifecycle, api: originOf(api) })};
    </script>
    <script src="/browser.js"></script>
  </head>
  <body>
    The price is <output id="price"></output>.
  </body>
</html>`;
}

function originOf(server) {
  return `http://127.0.0.1:${server.address().port}`;
}

api.listen(process.env.API_PORT ?? 3001, '127.0.0.1', () => {
  pages.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log(`listening on ${originOf(pages)}`));
});

process.once('SIGTERM', () => {
  for (const server of [api, pages]) {
    server.close();
    server.closeAllConnections();
  }
  void bridge.close();
});
