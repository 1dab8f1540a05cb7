/** A trace of 100,000 spans over ten minutes below one open root, in a process of its own: how much memory does it take? */
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { Pipeline } from '../../src/pipeline.js';
import { SentrySampler } from '../../src/sampler.js';
import { createShared } from '../../src/shared.js';
import { SentrySpanProcessor } from '../../src/span-processor.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { jsonOf, parseEnvelope } from '../support/parse-envelope.js';
import { fieldsOf, listOf, numberOf } from '../support/vectors/narrow.js';
import { wireProblems } from '../support/vectors/wire-rules.js';
import { below, DSN } from '../support/tracing.js';

const SPANS = 100_000;
const MILLIS_PER_SPAN = 6;
const SPANS_PER_TURN = 500;
const SPANS_PER_MEASUREMENT = 10_000;

const arrived = new Uint8Array(SPANS + 1);
let problems = 0;
const transport = {
  async send(bytes: Uint8Array) {
    problems += wireProblems(bytes).length;
    for (const item of parseEnvelope(bytes).items) {
      for (const span of listOf(fieldsOf(jsonOf(item))['items']).map(fieldsOf)) {
        const index = numberOf(fieldsOf(fieldsOf(span['attributes'])['index'])['value']);
        arrived[index] = (arrived[index] ?? 0) + 1;
      }
    }
    return { statusCode: 200 };
  },
};

function heapBytes(): number {
  global.gc?.();
  return process.memoryUsage().heapUsed;
}

const options = { dsn: DSN, tracesSampleRate: 1, traceLifecycle: 'stream', transport } as const;
const clock = new FakeClock();
const shared = createShared(options, clock, () => () => undefined);
const pipeline = new Pipeline(shared);
const provider = new BasicTracerProvider({
  sampler: new SentrySampler(options, shared),
  spanProcessors: [new SentrySpanProcessor(options, shared, pipeline)],
});
const tracer = provider.getTracer('long');
const root = tracer.startSpan('job', { attributes: { index: SPANS } });
const context = below(root);

let mostBuffered = 0;
let mostBytes = 0;
let baseBytes = 0;
for (let index = 0; index < SPANS; index++) {
  const attributes = {
    index,
    'db.system.name': 'postgresql',
    'db.query.text': `SELECT ${index}`.padEnd(200, ' x'),
  };
  tracer.startSpan('query', { attributes }, context).end();
  clock.advance(MILLIS_PER_SPAN);
  mostBuffered = Math.max(mostBuffered, pipeline.bufferedSpans);
  if (index % SPANS_PER_TURN === 0) await settle();
  if (index % SPANS_PER_MEASUREMENT !== SPANS_PER_MEASUREMENT - 1) continue;
  if (baseBytes === 0) baseBytes = heapBytes();
  mostBytes = Math.max(mostBytes, heapBytes());
}
root.end();
const closed = pipeline.close();
for (let turn = 0; turn < 5; turn++) await clock.advanceAsync(10);
await closed;
console.log(
  JSON.stringify({
    once: arrived.filter(count => count === 1).length,
    problems,
    mostBuffered,
    growthBytes: mostBytes - baseBytes,
    losses: shared.losses.totals(),
  }),
);
