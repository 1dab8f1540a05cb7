// A function of the kind AWS Lambda calls. Once it has answered, the process is frozen: no timer runs until the next
// call, which may never come. So it waits for Sentry before it answers.
import { SpanKind } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { continueTrace, createSentryBridge, withSpan } from 'otel-sentry-bridge';

const FLUSH_MILLIS = 2000;

const bridge = createSentryBridge({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
provider.register({ propagator: bridge.compositePropagator() });

export async function handler(event, { awsRequestId, functionName }) {
  const span = {
    name: functionName,
    kind: SpanKind.SERVER,
    attributes: { 'faas.trigger': 'http', 'faas.invocation_id': awsRequestId },
  };
  try {
    return await continueTrace(event.headers ?? {}, () => withSpan(span, () => answer(event)));
  } finally {
    await bridge.flush(FLUSH_MILLIS);
  }
}

async function answer({ body }) {
  const price = await withSpan({ name: 'look up price', op: 'function' }, async () => 42);
  return { statusCode: 200, body: `${body} costs ${price}` };
}
