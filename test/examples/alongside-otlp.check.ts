import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { describeExample } from './support/describe-example.js';
import { transactionsOf } from './support/received.js';

const TRACES = 200;
const SPANS_PER_TRACE = 2;
/** Of 200 traces at a tenth: a run with fewer or more than this is one in many millions. */
const FEWEST = 3;
const MOST = 50;

describeExample('alongside-otlp', ({ example, sentry }) => {
  let collector: Collector;
  before(async () => {
    collector = await Collector.start();
  });
  after(() => collector.close());

  it('exports every span, sends a tenth of the traces to Sentry, and counts the others', async () => {
    const running = example().start('start', {
      SENTRY_DSN: sentry().dsn,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    await running.ended();

    const sent = transactionsOf(sentry());
    assert.equal(collector.traceIds.length, TRACES * SPANS_PER_TRACE);
    assert.ok(sent.length >= FEWEST && sent.length <= MOST, `${sent.length} of ${TRACES}`);
    for (const { contexts, spans } of sent) {
      assert.ok(collector.traceIds.includes(contexts.trace.trace_id));
      assert.equal(spans.length, SPANS_PER_TRACE - 1);
    }
    const dropped = TRACES - sent.length;
    assert.deepEqual(sentry().reportedLosses(), {
      'sample_rate/transaction': dropped,
      'sample_rate/span': dropped * SPANS_PER_TRACE,
    });
  });
});

/** Takes traces as OTLP in JSON, and remembers the trace of every span. */
class Collector {
  readonly traceIds: string[] = [];
  readonly #server: Server;

  static async start(): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>(resolve => collector.#server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const text = JSON.stringify(await json(request));
      for (const [, traceId = ''] of text.matchAll(/"traceId":"([0-9a-f]{32})"/g))
        this.traceIds.push(traceId);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the collector does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
