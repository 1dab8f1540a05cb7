// The work that is measured: one request of a shop, as its instrumentations record it. Eleven spans.
const INTERNAL = 0;
const SERVER = 1;
const CLIENT = 2;

const STATEMENTS = [
  'SELECT id, title, price FROM products WHERE id = $1',
  'SELECT p.id, p.title, s.amount FROM products p JOIN stock s ON s.product_id = p.id WHERE s.warehouse = $1 ORDER BY p.title LIMIT 50',
  'INSERT INTO visits (product_id, seen_at) VALUES ($1, now())',
];

const serverAttributes = index => ({
  'http.request.method': 'GET',
  'url.scheme': 'https',
  'url.path': `/products/${index}`,
  'url.query': `currency=EUR&page=${index % 50}`,
  'server.address': 'shop.example.com',
  'server.port': 443,
  'client.address': `192.0.2.${index % 250}`,
  'network.peer.address': `192.0.2.${index % 250}`,
  'network.peer.port': 30_000 + (index % 30_000),
  'network.protocol.version': '1.1',
  'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
});

const queryAttributes = statement => ({
  'db.system.name': 'postgresql',
  'db.namespace': 'shop',
  'server.address': 'db.internal',
  'server.port': 5432,
  ...(statement !== undefined && { 'db.query.text': statement }),
});

const callAttributes = (index, call) => ({
  'http.request.method': 'GET',
  'server.address': 'stock.internal',
  'server.port': 8080,
  'url.full': `http://stock.internal:8080/v1/items/${index}?warehouse=eu-${call}`,
});

/** Spans of one request. */
export const SPANS = 11;

/** Runs requests on a tracer, the way instrumentations do: every span active while it lasts, every call with headers. */
export function createRequest(api, tracer) {
  const { context, propagation, trace, ROOT_CONTEXT } = api;
  const active = (span, work) => context.with(trace.setSpan(context.active(), span), work);
  return (index, headers) => {
    const parent = headers === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, headers);
    const server = tracer.startSpan('GET', { kind: SERVER, attributes: serverAttributes(index) }, parent);
    context.with(trace.setSpan(parent, server), () => {
      const handler = tracer.startSpan('request handler - /products/:id', {
        kind: INTERNAL,
        attributes: { 'http.route': '/products/:id', 'express.type': 'request_handler' },
      });
      active(handler, () => {
        for (const [call, statement] of STATEMENTS.entries()) {
          tracer.startSpan('pg-pool.connect', { kind: CLIENT, attributes: queryAttributes() }).end();
          tracer
            .startSpan('pg.query:SELECT shop', { kind: CLIENT, attributes: queryAttributes(statement) })
            .end();
          const outgoing = tracer.startSpan('GET', { kind: CLIENT, attributes: callAttributes(index, call) });
          active(outgoing, () => propagation.inject(context.active(), {}));
          outgoing.setAttribute('http.response.status_code', 200);
          outgoing.end();
        }
      });
      handler.end();
    });
    server.setAttributes({ 'http.route': '/products/:id', 'http.response.status_code': 200 });
    server.updateName('GET /products/:id');
    server.end();
  };
}

/** Headers of a caller that takes part in Sentry's tracing. */
export function incomingHeaders(index) {
  const traceId = (index + 1).toString(16).padStart(8, '0').repeat(4);
  return {
    'sentry-trace': `${traceId}-${traceId.slice(0, 16)}-1`,
    baggage: `sentry-trace_id=${traceId},sentry-public_key=0123456789abcdef0123456789abcdef,sentry-environment=production,sentry-release=web%402.1.0,sentry-sampled=true,sentry-sample_rate=0.5,sentry-sample_rand=0.25,tenant=7`,
    traceparent: `00-${traceId}-${traceId.slice(0, 16)}-01`,
  };
}
