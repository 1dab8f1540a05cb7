import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { Tracing, type TracingOptions } from '../support/tracing.js';

const boom = (): never => {
  throw new Error('boom');
};

interface Row {
  readonly row: string;
  readonly options: TracingOptions;
  /** Default: a transaction with one child. */
  readonly scene?: (tracing: Tracing) => void;
  readonly report: Record<string, number>;
}

function transaction(tracing: Tracing, children = 1): void {
  const root = tracing.start('root');
  for (let i = 0; i < children; i++) tracing.start('child', root).end();
  root.end();
}

const of = (reason: string, transactions: number, spans: number): Record<string, number> => ({
  ...(transactions > 0 && { [`${reason}/transaction`]: transactions }),
  [`${reason}/span`]: spans,
});

const ROWS: readonly Row[] = [
  { row: 'the sampler said no', options: { tracesSampleRate: 0 }, report: of('sample_rate', 1, 2) },
  {
    row: 'tracesSampler threw and nothing else decides',
    options: { tracesSampleRate: undefined, tracesSampler: boom },
    scene: tracing => tracing.start('root').end(),
    report: of('callback_error', 1, 1),
  },
  {
    row: 'beforeSendTransaction returned null',
    options: { beforeSendTransaction: () => null },
    report: of('before_send', 1, 2),
  },
  {
    row: 'beforeSendTransaction threw: nothing is lost',
    options: { beforeSendTransaction: boom },
    report: {},
  },
  {
    row: 'beforeSendSpan returned null for a child',
    options: { beforeSendSpan: span => (span.description === 'child' ? null : span) },
    report: of('before_send', 0, 1),
  },
  { row: 'ignoreSpans', options: { ignoreSpans: ['child'] }, report: of('ignored', 0, 1) },
  { row: 'ignoreTransactions', options: { ignoreTransactions: ['root'] }, report: of('ignored', 1, 2) },
  {
    row: 'more spans than a transaction holds',
    options: { maxSpansPerTransaction: 10 },
    scene: tracing => transaction(tracing, 15),
    report: of('buffer_overflow', 0, 5),
  },
  {
    row: 'an HTTP client span without parent that is not wanted',
    options: { httpClientRoots: 'drop' },
    scene: tracing =>
      tracing
        .start('GET', undefined, { kind: SpanKind.CLIENT, attributes: { 'http.request.method': 'GET' } })
        .end(),
    report: of('no_parent_span', 0, 1),
  },
];

describe('each reason that is not of the network, in a client report', () => {
  for (const { row, options, scene = transaction, report } of ROWS) {
    it(row, async () => {
      const tracing = new Tracing(options);
      scene(tracing);
      await tracing.pass(5000);
      const flushed = tracing.pipeline.flush(10_000);
      await tracing.pass(10_000);
      assert.equal(await flushed, true);
      assert.deepEqual(tracing.mailbox.reports, report);
      assert.deepEqual(tracing.losses(), report);
      await tracing.pass(120_000);
      assert.deepEqual(tracing.mailbox.reports, report, 'reported once');
    });
  }
});
