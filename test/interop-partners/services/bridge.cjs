// A service with OpenTelemetry and the bridge. Besides `/hop` it has a page with Sentry's browser SDK.
const { readFileSync } = require('node:fs');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { createSentryBridge, getTraceMetaTags } = require('otel-sentry-bridge');
const { HopServer } = require('./hop-server.cjs');
const { obey } = require('./obey.cjs');

const bridge = createSentryBridge(JSON.parse(process.env.OPTIONS));
const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
provider.register({ propagator: bridge.compositePropagator() });
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });

const server = new HopServer({
  '/page': ({ searchParams }) => ({ type: 'text/html', body: page(searchParams.get('options')) }),
  '/sentry.js': () => ({ type: 'text/javascript', body: readFileSync(process.env.BROWSER_BUNDLE) }),
});

void obey(server, () => bridge.flush(5000));

/** @param {string} options of the browser's Sentry, as JSON; `isContinued` puts the trace of this request into the page */
function page(options) {
  const { isContinued, ...init } = JSON.parse(options);
  return `<!doctype html>
<html>
  <head><title>page</title>${isContinued ? getTraceMetaTags() : ''}<link rel="icon" href="data:,"></head>
  <body><script src="/sentry.js"></script><script>startSentry(${JSON.stringify(init)})</script></body>
</html>`;
}
