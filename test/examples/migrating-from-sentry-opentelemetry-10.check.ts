import assert from 'node:assert/strict';
import type { TransactionEvent } from '../../src/protocol/transaction.js';
import { describeExample } from './support/describe-example.js';
import { transactionsOf } from './support/received.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN_ID = '00f067aa0ba902b7';
const HEADERS = {
  'sentry-trace': `${TRACE_ID}-${CALLER_SPAN_ID}-1`,
  baggage: `sentry-trace_id=${TRACE_ID},sentry-public_key=abc,sentry-sampled=true,sentry-sample_rate=0.5`,
};

describeExample(
  'migrating-from-sentry-opentelemetry-10',
  ({ example, sentry }) => {
    const received = new Map<string, readonly TransactionEvent[]>();
    const of = (script: string): readonly TransactionEvent[] => received.get(script) ?? [];

    for (const script of ['start:before', 'start:after'])
      it(`runs with npm run ${script}`, async () => {
        const app = example().start(script, { SENTRY_DSN: sentry().dsn });
        const origin = await app.origin();
        const statuses: number[] = [];
        for (const path of ['/orders/1', '/orders/7', '/nowhere'])
          statuses.push((await fetch(`${origin}${path}`, { headers: HEADERS })).status);
        await app.stop();
        assert.deepEqual(statuses, [200, 503, 404]);
        received.set(script, transactionsOf(sentry()));
      });

    it('sends the same transactions before and after', () => {
      const before = of('start:before').map(comparable);
      assert.equal(before.length, 2);
      assert.deepEqual(
        of('start:after').filter(isFound).map(comparable).sort(byStatus),
        before.sort(byStatus),
      );
    });

    it('differs in what docs/migration.md says', () => {
      // Before, requests that were answered with 404 and the like were left out.
      assert.equal(of('start:before').filter(transaction => !isFound(transaction)).length, 0);
      assert.equal(of('start:after').filter(transaction => !isFound(transaction)).length, 1);
      const handlers = (script: string): unknown[] =>
        of(script)
          .filter(isFound)
          .flatMap(({ spans }) => spans)
          .filter(({ description }) => description === 'request handler')
          .map(({ op, origin }) => [op, origin]);
      assert.deepEqual(
        handlers('start:before'),
        Array.from({ length: 2 }, () => [undefined, 'manual']),
      );
      assert.deepEqual(
        handlers('start:after'),
        Array.from({ length: 2 }, () => ['handler', 'auto.http.otel.express']),
      );
    });
  },
  { hasOtherSdk: true },
);

/** What Sentry lists, searches and draws: everything but ids, times, and what the differences are about. */
function comparable({
  transaction,
  transaction_info,
  contexts,
  spans,
  release,
  environment,
}: TransactionEvent) {
  const { trace_id, parent_span_id, span_id, op, status } = contexts.trace;
  const describe = (id: string | undefined): string | undefined =>
    id === span_id ? 'root' : spans.find(span => span.span_id === id)?.description;
  return {
    transaction,
    source: transaction_info.source,
    release,
    environment,
    trace: { trace_id, parent_span_id, op, status },
    spans: spans
      .map(span => ({
        description: span.description,
        parent: describe(span.parent_span_id),
        status: span.status,
        ...(span.description !== 'request handler' && { op: span.op }),
      }))
      .sort((a, b) => a.description.localeCompare(b.description)),
  };
}

function isFound({ contexts }: TransactionEvent): boolean {
  return contexts.trace.status !== 'not_found';
}

function byStatus(a: ReturnType<typeof comparable>, b: ReturnType<typeof comparable>): number {
  return a.trace.status.localeCompare(b.trace.status);
}
