// What the bridge costs per call, beside what the SDK costs without it.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../package.json', import.meta.url)));
const {
  ROOT_CONTEXT,
  SpanKind,
  defaultTextMapGetter,
  defaultTextMapSetter,
  trace,
} = require('@opentelemetry/api');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { AlwaysOnSampler, BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
const { createSentryBridge } = require('otel-sentry-bridge');

const ROUNDS = 7;
const MIN_ROUND_MILLIS = 60;
const CHILDREN = 10;

const DSN = 'https://a1f2c3d4e5b60718293a4b5c6d7e8f90@o1.ingest.sentry.io/42';
const TRACE_ID = '771a43a4192642f0b136d5159a501700';
const HEADERS = {
  'sentry-trace': `${TRACE_ID}-1234567890abcdef-1`,
  baggage: `tenant=7,sentry-environment=prod,sentry-release=web%401.0,sentry-public_key=49d0f7386ad645858ae85020e393bef3,sentry-trace_id=${TRACE_ID},sentry-sampled=true,sentry-sample_rand=0.42,sentry-sample_rate=0.5`,
  traceparent: `00-${TRACE_ID}-1234567890abcdef-01`,
};
const SERVER = {
  kind: SpanKind.SERVER,
  attributes: {
    'http.request.method': 'GET',
    'url.path': '/orders/7',
    'url.scheme': 'http',
    'server.address': 'shop',
  },
};

const transport = { send: async () => ({ statusCode: 200 }) };
const bridge = createSentryBridge({ dsn: DSN, tracesSampleRate: 1, transport, lateSpanGraceMillis: 0 });

/** Starts and ends a request with its children. */
function requestOf(provider) {
  const tracer = provider.getTracer('benchmark');
  return () => {
    const root = tracer.startSpan('GET', SERVER, ROOT_CONTEXT);
    const context = trace.setSpan(ROOT_CONTEXT, root);
    for (let child = 0; child < CHILDREN; child++) tracer.startSpan('work', undefined, context).end();
    root.end();
  };
}

const noop = {
  onStart() {},
  onEnd() {},
  async forceFlush() {},
  async shutdown() {},
};
const plain = new BasicTracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [noop] });
const bridged = new BasicTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
const w3c = new W3CTraceContextPropagator();
const active = trace.setSpan(
  ROOT_CONTEXT,
  bridged.getTracer('benchmark').startSpan('GET', SERVER, ROOT_CONTEXT),
);
const always = new AlwaysOnSampler();
const noHeaders = { accept: '*/*', host: 'shop', 'user-agent': 'benchmark' };

/** Name, calls per run, what it is compared with, the bridge's. The second may be missing. */
const CASES = [
  ['start + end of a span', CHILDREN + 1, requestOf(plain), requestOf(bridged)],
  [
    'extract',
    1,
    () => w3c.extract(ROOT_CONTEXT, HEADERS, defaultTextMapGetter),
    () => bridge.propagator.extract(ROOT_CONTEXT, HEADERS, defaultTextMapGetter),
  ],
  [
    'extract without headers',
    1,
    () => w3c.extract(ROOT_CONTEXT, noHeaders, defaultTextMapGetter),
    () => bridge.propagator.extract(ROOT_CONTEXT, noHeaders, defaultTextMapGetter),
  ],
  [
    'inject',
    1,
    () => w3c.inject(active, {}, defaultTextMapSetter),
    () => bridge.propagator.inject(active, {}, defaultTextMapSetter),
  ],
  [
    'sample a root',
    1,
    () => always.shouldSample(),
    () => bridge.sampler.shouldSample(ROOT_CONTEXT, TRACE_ID, 'GET', SpanKind.SERVER, SERVER.attributes, []),
  ],
];

/** Nanoseconds per call, over at least {@link MIN_ROUND_MILLIS}. */
async function measure(run, calls) {
  let runs = 0;
  const start = process.hrtime.bigint();
  let elapsed = 0n;
  while (elapsed < BigInt(MIN_ROUND_MILLIS) * 1_000_000n) {
    for (let repeat = 0; repeat < 100; repeat++) run();
    runs += 100;
    elapsed = process.hrtime.bigint() - start;
  }
  // What was handed over is converted outside the measured time.
  await bridge.flush(10_000);
  return Number(elapsed) / (runs * calls);
}

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Rows of name, nanoseconds without the bridge and with it; medians of interleaved rounds. */
export async function measureCalls() {
  const rows = [];
  for (const [name, calls, reference, ours] of CASES) {
    const times = { reference: [], ours: [] };
    for (let round = 0; round < ROUNDS; round++) {
      times.reference.push(await measure(reference, calls));
      times.ours.push(await measure(ours, calls));
    }
    rows.push([name, median(times.reference), median(times.ours)]);
  }
  await bridge.close(1000);
  return rows;
}
