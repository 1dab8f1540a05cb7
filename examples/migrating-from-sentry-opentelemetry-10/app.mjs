// The application stays as it is: it knows OpenTelemetry, and neither of the two set-ups.
import express from 'express';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('shop');
const app = express();

app.get('/orders/:id', (request, response) => {
  const isLoaded = tracer.startActiveSpan('load order', span => {
    const query = tracer.startSpan('SELECT shop', {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system': 'postgresql', 'db.statement': 'SELECT * FROM orders WHERE id = $1' },
    });
    query.end();
    const isHealthy = request.params.id !== '7';
    if (!isHealthy) span.setStatus({ code: SpanStatusCode.ERROR, message: 'unavailable' });
    span.end();
    return isHealthy;
  });
  response.status(isLoaded ? 200 : 503).end();
});

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`),
);

process.once('SIGTERM', () => server.close());
