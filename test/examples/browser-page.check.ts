import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { launchChromium, needsChromium, type Browser } from '../support/chromium.js';
import { describeExample } from './support/describe-example.js';
import {
  arrival,
  asTransaction,
  isRecord,
  itemsOf,
  transactionNamed,
  type ReceivedItem,
} from './support/received.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_TIMEOUT_MILLIS = 120_000;
/** Runs in the page. */
const PRICE_IS_SHOWN = `new Promise(resolve => {
  const look = () => (document.querySelector('#price').textContent === '42' ? resolve() : setTimeout(look, 10));
  look();
})`;

describeExample(
  'browser-page',
  ({ example, sentry }) => {
    let browser: Browser | undefined;

    before(needsChromium);
    before(async function () {
      this.timeout(START_TIMEOUT_MILLIS);
      await example().npm('run', 'build');
      browser = await launchChromium(ROOT);
    });
    after(() => browser?.close());

    const LIFECYCLES: [name: string, env: Record<string, string>, find: () => Pageload | undefined][] = [
      ['streamed spans', {}, () => streamed(itemsOf(sentry(), 'span'))],
      [
        'a transaction',
        { SENTRY_TRACE_LIFECYCLE: 'static' },
        () => transacted(itemsOf(sentry(), 'transaction')),
      ],
    ];
    for (const [name, env, find] of LIFECYCLES)
      it(`has the real browser SDK continue the server's trace with ${name}, and the API continue the browser's`, async () => {
        const app = example().start('start', { SENTRY_DSN: sentry().dsn, API_PORT: '0', ...env });
        const page = await browser?.newPage();
        assert.ok(page);
        const errors: Error[] = [];
        page.on('pageerror', error => errors.push(error));
        await page.goto(await app.origin());
        await page.evaluate(PRICE_IS_SHOWN);
        const pageload = await arrival(sentry(), find);
        await page.close();
        await app.stop();

        const served = transactionNamed(sentry(), 'GET /').contexts.trace;
        assert.deepEqual([pageload.traceId, pageload.parentSpanId], [served.trace_id, served.span_id]);
        // The sampling context is the server's, not one the browser made: the head of a trace freezes it.
        const { trace_id, release, sampled, sample_rate } = pageload.context ?? {};
        assert.deepEqual(
          [trace_id, release, sampled, sample_rate],
          [served.trace_id, 'shop@1.4.0', 'true', '1'],
        );

        const api = transactionNamed(sentry(), 'GET /price').contexts.trace;
        assert.equal(api.trace_id, served.trace_id);
        assert.notEqual(api.parent_span_id, served.span_id);
        assert.deepEqual(errors, []);
      });
  },
  { hasOtherSdk: true },
);

interface Pageload {
  readonly traceId: unknown;
  readonly parentSpanId: unknown;
  /** The sampling context it came with. */
  readonly context: ReceivedItem['trace'];
}

function streamed(items: readonly ReceivedItem[]): Pageload | undefined {
  for (const { payload, trace } of items) {
    const spans: unknown[] = isRecord(payload) && Array.isArray(payload['items']) ? payload['items'] : [];
    const segment = spans.filter(isRecord).find(span => span['is_segment'] === true);
    if (segment)
      return { traceId: segment['trace_id'], parentSpanId: segment['parent_span_id'], context: trace };
  }
  return undefined;
}

function transacted(items: readonly ReceivedItem[]): Pageload | undefined {
  for (const { payload, trace } of items) {
    const { trace_id, parent_span_id, op } = asTransaction(payload).contexts.trace;
    if (op === 'pageload') return { traceId: trace_id, parentSpanId: parent_span_id, context: trace };
  }
  return undefined;
}
