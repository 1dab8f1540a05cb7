import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { defaultTextMapSetter, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { createSentryBridge } from '../../src/bridge.js';
import { parseSentryBaggage } from '../../src/protocol/baggage.js';
import { LIFECYCLES, treesOf, unsampled } from '../support/lifecycles.js';
import { below, DSN, Mailbox } from '../support/tracing.js';

const TRACES = 1000;
const RATE = 0.1;
const TOLERANCE = 0.03;
const SPANS_PER_TRACE = 2;

/** Ids that look random and are the same in every run. */
class RepeatableIds {
  #count = 0;

  generateTraceId = (): string => this.#digest().slice(0, 32);
  generateSpanId = (): string => this.#digest().slice(0, 16);

  #digest(): string {
    return createHash('sha256')
      .update(String(this.#count++))
      .digest('hex');
  }
}

interface SentTrace {
  readonly traceId: string;
  readonly headers: Partial<Record<string, string>>;
}

for (const traceLifecycle of LIFECYCLES) {
  describe(`Sentry at 10 % beside an exporter that gets everything (${traceLifecycle})`, () => {
    const mailbox = new Mailbox();
    const exporter = new InMemorySpanExporter();
    const bridge = createSentryBridge({
      dsn: DSN,
      tracesSampleRate: RATE,
      lateSpanGraceMillis: 0,
      traceLifecycle,
      transport: mailbox,
    });
    let sent: readonly SentTrace[] = [];

    before(async () => {
      const provider = new BasicTracerProvider({
        sampler: new AlwaysOnSampler(),
        idGenerator: new RepeatableIds(),
        spanProcessors: [
          bridge.spanProcessor,
          new BatchSpanProcessor(exporter, { maxQueueSize: TRACES * SPANS_PER_TRACE }),
        ],
      });
      const tracer = provider.getTracer('test');
      const propagator = bridge.compositePropagator();
      sent = Array.from({ length: TRACES }, () => {
        const root = tracer.startSpan('GET /orders', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
        const child = tracer.startSpan('publish', { kind: SpanKind.PRODUCER }, below(root));
        const headers: Record<string, string> = {};
        propagator.inject(below(child), headers, defaultTextMapSetter);
        child.end();
        root.end();
        return { traceId: root.spanContext().traceId, headers };
      });
      await provider.forceFlush();
      await bridge.close();
    });

    const kept = (): ReadonlySet<string> => new Set(treesOf(mailbox).map(({ traceId }) => traceId));

    it('hands every span to the exporter', () => {
      assert.equal(exporter.getFinishedSpans().length, TRACES * SPANS_PER_TRACE);
    });

    it('sends about a tenth of the traces to Sentry, complete', () => {
      assert.equal(kept().size, treesOf(mailbox).length);
      assert.ok(Math.abs(kept().size / TRACES - RATE) < TOLERANCE, `${kept().size} of ${TRACES}`);
      assert.ok(treesOf(mailbox).every(({ names }) => names.length === SPANS_PER_TRACE));
    });

    it('counts the others', () => {
      const dropped = TRACES - kept().size;
      assert.deepEqual(mailbox.reports, unsampled(traceLifecycle, dropped, dropped * SPANS_PER_TRACE));
    });

    it("writes Sentry's decision into Sentry's headers, and OpenTelemetry's into its own", () => {
      const expected = sent.map(({ traceId }) => {
        const isKept = kept().has(traceId);
        return { sentry: isKept ? '1' : '0', dsc: String(isKept), rate: String(RATE), w3c: '01' };
      });
      const written = sent.map(({ headers }) => {
        const dsc = parseSentryBaggage(headers['baggage']);
        return {
          sentry: headers['sentry-trace']?.split('-')[2],
          dsc: dsc['sampled'],
          rate: dsc['sample_rate'],
          w3c: headers['traceparent']?.split('-')[3],
        };
      });
      assert.deepEqual(written, expected);
    });
  });
}
