import assert from 'node:assert/strict';
import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { AlwaysOnSampler, BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import type { SentryBridgeOptions } from '../../src/options.js';
import type { ExportResult } from '../../src/otel/types.js';
import { SentrySampler } from '../../src/sampler.js';
import { createShared } from '../../src/shared.js';
import { SentrySpanExporter } from '../../src/span-exporter.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { LIFECYCLES } from '../support/lifecycles.js';
import { runs } from '../support/property-runs.js';
import { below, DSN, Mailbox } from '../support/tracing.js';

type Step = {
  readonly kind: 'root' | 'child' | 'end' | 'export' | 'flush' | 'pass' | 'turn';
  readonly pick: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step['kind'][]>(
    ...(['root', 'child', 'child', 'child', 'end', 'end', 'end', 'end', 'export', 'export'] as const),
    ...(['flush', 'pass', 'turn'] as const),
  ),
  pick: fc.nat({ max: 1000 }),
});

/** A provider that hands finished spans to the exporter when it is told to, in any order. */
class Exporting {
  readonly clock = new FakeClock();
  readonly mailbox = new Mailbox();
  readonly exporter: SentrySpanExporter;
  readonly provider: BasicTracerProvider;
  readonly finished: ReadableSpan[] = [];
  readonly results: Promise<ExportResult>[] = [];
  readonly #shared: ReturnType<typeof createShared>;

  constructor(options: SentryBridgeOptions, isOursToSample: boolean) {
    const all = { dsn: DSN, tracesSampleRate: 1, transport: this.mailbox, ...options };
    this.#shared = createShared(all, this.clock, () => () => undefined);
    this.exporter = new SentrySpanExporter(all, this.#shared);
    const done = () => Promise.resolve();
    this.provider = new BasicTracerProvider({
      sampler: isOursToSample ? new SentrySampler(all, this.#shared) : new AlwaysOnSampler(),
      spanProcessors: [
        {
          onStart: () => undefined,
          onEnd: span => void this.finished.push(span),
          forceFlush: done,
          shutdown: done,
        },
      ],
    });
  }

  export(pick: number): void {
    const batch: ReadableSpan[] = [];
    for (let count = (pick % 7) + 1; count > 0 && this.finished.length > 0; count--)
      batch.push(...this.finished.splice(pick % this.finished.length, 1));
    this.results.push(new Promise(resolve => this.exporter.export(batch, resolve)));
  }

  async close(): Promise<void> {
    while (this.finished.length > 0) this.export(3);
    const closed = this.exporter.shutdown();
    await this.clock.advanceAsync(10_000);
    await closed;
  }

  get lost(): number {
    return this.#shared.losses
      .totals()
      .filter(({ category }) => category === 'span')
      .reduce((sum, { quantity }) => sum + quantity, 0);
  }

  get arrived(): string[] {
    const { transactions, spans } = this.mailbox;
    return [
      ...transactions.flatMap(({ contexts, spans }) => [
        contexts.trace.span_id,
        ...spans.map(span => span.span_id),
      ]),
      ...spans.map(span => span.span_id),
    ];
  }
}

for (const traceLifecycle of LIFECYCLES) {
  for (const isOursToSample of [true, false]) {
    describe(`the account of an exporter (${traceLifecycle}, ${isOursToSample ? 'our' : "another's"} sampler)`, () => {
      it('is that every span that was exported arrived once or was counted, whatever happens', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(step, { minLength: 5, maxLength: 60 }),
            fc.constantFrom(8, 250_000),
            async (steps, maxBufferedSpans) => {
              const options = { traceLifecycle, maxBufferedSpans, maxSpansPerTransaction: 5 };
              const exporting = new Exporting(options, isOursToSample);
              const ended = await play(steps, exporting);
              await exporting.close();
              const { arrived, lost, results } = exporting;
              assert.equal(new Set(arrived).size, arrived.length, 'no span twice');
              assert.equal(arrived.length + lost, ended);
              assert.equal((await Promise.all(results)).length, results.length);
            },
          ),
          { numRuns: runs(30) },
        );
      }).timeout(60_000);
    });
  }
}

/** Returns how many spans have ended. */
async function play(steps: readonly Step[], exporting: Exporting): Promise<number> {
  const tracer = exporting.provider.getTracer('test');
  const open: Span[] = [];
  const all: Span[] = [];
  let ended = 0;
  for (const { kind, pick } of steps) {
    if (kind === 'root' || kind === 'child') {
      const parent = kind === 'root' ? undefined : all[pick % Math.max(1, all.length)];
      const span = tracer.startSpan('work', {}, parent ? below(parent) : ROOT_CONTEXT);
      open.push(span);
      all.push(span);
    } else if (kind === 'end') {
      const [span] = open.splice(pick % Math.max(1, open.length), 1);
      if (span === undefined) continue;
      span.end();
      ended++;
    } else if (kind === 'export') exporting.export(pick);
    else if (kind === 'flush') void exporting.exporter.forceFlush();
    else if (kind === 'pass') await exporting.clock.advanceAsync(pick * 6);
    else await settle();
  }
  return ended;
}
