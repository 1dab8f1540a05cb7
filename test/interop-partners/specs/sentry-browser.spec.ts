import assert from 'node:assert/strict';
import { launchChromium, needsChromium, type Browser } from '../../support/chromium.js';
import { hopsOf, type Hop } from '../support/chain.js';
import { assertContinued, comparable, onlySegmentOf } from '../support/checks.js';
import {
  BRIDGE,
  ECHO,
  FOLDER,
  needsPython,
  OTHER_BRIDGE,
  Partners,
  SENTRY_PYTHON,
  type Partner,
  type Sampling,
} from '../support/partners.js';
import type { Segment } from '../support/segment.js';
import { dscOf, sentryTraceOf, type HeaderLines } from '../support/trace-headers.js';

const RATES: Readonly<Record<Sampling, number | undefined>> = { all: 1, none: 0, undecided: undefined };

interface Visit {
  /** Who serves the page, and continues nothing. */
  readonly page: Sampling;
  /** Whether the page names its trace to the browser. */
  readonly isContinued: boolean;
  /** How the browser's SDK samples, and how it sends. */
  readonly browser: Sampling;
  readonly traceLifecycle: 'stream' | 'static';
  /** Who is asked by the page, one through the other; all are of other origins. */
  readonly services: readonly (readonly [Partner, Sampling])[];
}

interface Visited {
  /** What the page says of its trace. */
  readonly meta: HeaderLines;
  /** What the service of the page has sent of this trace. */
  readonly pageSegments: readonly Segment[];
  /** What the browser has sent. */
  readonly browserSegments: readonly Segment[];
  readonly publicKey: string;
  readonly hops: readonly Hop[];
}

describe('@sentry/browser', () => {
  let partners: Partners;
  let browser: Browser | undefined;

  before(needsChromium);
  before(async () => {
    partners = await Partners.start();
    browser = await launchChromium(FOLDER);
  });
  after(async () => {
    await browser?.close();
    await partners?.close();
  });

  /** Opens a page, which asks services for something, and waits until the browser has sent everything. */
  async function visit({
    page,
    isContinued,
    browser: sampling,
    traceLifecycle,
    services,
  }: Visit): Promise<Visited> {
    assert.ok(browser !== undefined);
    const project = partners.ingest.addProject();
    const host = await partners.service(BRIDGE, page);
    const asked = await Promise.all(services.map(([partner, rate]) => partners.service(partner, rate)));
    const [first, ...others] = [...asked, await partners.service(ECHO)];
    const question = new URL('/hop', first?.url);
    for (const { url } of others) question.searchParams.append('next', url);
    const options = { dsn: project.dsn, tracesSampleRate: RATES[sampling], traceLifecycle, isContinued };

    const tab = await browser.newPage();
    const errors: Error[] = [];
    tab.on('pageerror', error => errors.push(error));
    await tab.goto(`${host.url}/page?options=${encodeURIComponent(JSON.stringify(options))}`);
    const tags = await tab.evaluate<Record<string, string>>(
      `Object.fromEntries(Array.from(document.querySelectorAll('meta'), tag => [tag.name, tag.content]))`,
    );
    const answers = await tab.evaluate<{ received: HeaderLines }[]>(
      `fetch(${JSON.stringify(question.href)}).then(response => response.json())`,
    );
    await tab.evaluate('finishSentry()');
    await tab.close();
    assert.deepEqual(errors, []);

    const meta = {
      'sentry-trace': tags['sentry-trace'] === undefined ? [] : [tags['sentry-trace']],
      baggage: tags['baggage'] === undefined ? [] : [tags['baggage']],
      traceparent: [],
      tracestate: [],
    };
    await host.flush();
    return {
      meta,
      pageSegments: isContinued ? host.segmentsOf(sentryTraceOf(meta).traceId) : [],
      browserSegments: project.segments,
      publicKey: project.publicKey,
      hops: await hopsOf(answers, asked),
    };
  }

  for (const traceLifecycle of ['stream', 'static'] as const) {
    describe(`traceLifecycle: ${traceLifecycle}`, () => {
      it('continues the request of its page through meta tags, and is continued by requests it makes', async () => {
        const { meta, pageSegments, browserSegments, hops } = await visit({
          page: 'all',
          isContinued: true,
          browser: 'none',
          traceLifecycle,
          services: [
            [OTHER_BRIDGE, 'none'],
            [BRIDGE, 'none'],
          ],
        });
        const [page, load] = [only(pageSegments), only(browserSegments)];
        assert.equal(sentryTraceOf(meta).isSampled, true);
        assert.equal(sentryTraceOf(meta).spanId, page.spanId);
        assert.deepEqual(dscOf(meta), page.dsc);
        assert.equal(load.traceId, page.traceId);
        assert.equal(load.parentSpanId, page.spanId);
        assert.deepEqual(comparable(load.dsc), comparable(page.dsc));
        assertAskedBy(load, hops);
      });

      it('takes the decision of its page when that is not sampled', async () => {
        const { meta, browserSegments, hops } = await visit({
          page: 'none',
          isContinued: true,
          browser: 'all',
          traceLifecycle,
          services: [[OTHER_BRIDGE, 'all']],
        });
        assert.equal(sentryTraceOf(meta).isSampled, false);
        assert.deepEqual(browserSegments, []);
        const [hop] = hops;
        assert.ok(hop !== undefined);
        assert.deepEqual(comparable(dscOf(hop.received)), comparable(dscOf(meta)));
        assertUnsampledFrom(hop, sentryTraceOf(meta).traceId);
      });

      it('starts a trace that the bridge continues when the browser samples', async () => {
        const { browserSegments, publicKey, hops } = await visit({
          page: 'none',
          isContinued: false,
          browser: 'all',
          traceLifecycle,
          services: [[OTHER_BRIDGE, 'none']],
        });
        const load = only(browserSegments);
        assert.equal(load.dsc['public_key'], publicKey);
        assertAskedBy(load, hops);
      });

      it('starts a trace that the bridge does not sample when the browser does not', async () => {
        const { browserSegments, hops } = await visit({
          page: 'all',
          isContinued: false,
          browser: 'none',
          traceLifecycle,
          services: [[OTHER_BRIDGE, 'all']],
        });
        assert.deepEqual(browserSegments, []);
        const [hop] = hops;
        assert.ok(hop !== undefined);
        assertUnsampledFrom(hop, sentryTraceOf(hop.received).traceId);
      });

      it('leaves the decision to the bridge when it samples nothing itself', async () => {
        const { hops } = await visit({
          page: 'none',
          isContinued: false,
          browser: 'undecided',
          traceLifecycle,
          services: [[OTHER_BRIDGE, 'all']],
        });
        const [hop] = hops;
        assert.ok(hop !== undefined);
        assert.equal(sentryTraceOf(hop.received).isSampled, undefined);
        assert.equal(onlySegmentOf(hop).parentSpanId, sentryTraceOf(hop.received).spanId);
        assert.equal(sentryTraceOf(hop.sent).isSampled, true);
      });
    });
  }

  it('is allowed by CORS to send its headers, and the question for that is no transaction', async () => {
    const { hops } = await visit({
      page: 'none',
      isContinued: false,
      browser: 'all',
      traceLifecycle: 'static',
      services: [[{ ...BRIDGE, title: 'a bridge nobody else asks' }, 'all']],
    });
    const [hop] = hops;
    assert.ok(hop !== undefined);
    assert.deepEqual(hop.service.preflights, ['baggage,sentry-trace']);
    assert.equal(hop.service.project.segments.length, hop.segments.length);
  });

  describe('with sentry-python behind the bridge', () => {
    before(needsPython);

    it('is one trace, from the page through the browser and the bridge', async () => {
      const { pageSegments, browserSegments, hops } = await visit({
        page: 'all',
        isContinued: true,
        browser: 'none',
        traceLifecycle: 'stream',
        services: [
          [OTHER_BRIDGE, 'none'],
          [SENTRY_PYTHON, 'none'],
        ],
      });
      const load = only(browserSegments);
      assert.equal(load.parentSpanId, only(pageSegments).spanId);
      assertAskedBy(load, hops);
    });
  });
});

function only(segments: readonly Segment[]): Segment {
  const [segment, ...others] = segments;
  assert.ok(segment !== undefined, 'nothing was sent');
  assert.deepEqual(others, []);
  return segment;
}

/** The services were asked by the page, one through the other, in its trace. */
function assertAskedBy(load: Segment, hops: readonly Hop[]): void {
  const [first] = hops;
  assert.ok(first !== undefined);
  const { traceId, spanId, isSampled } = sentryTraceOf(first.received);
  assert.deepEqual([traceId, isSampled], [load.traceId, true]);
  assert.ok(load.spanIds.includes(spanId), 'the browser has not sent the span of its request');
  assert.deepEqual(comparable(dscOf(first.received)), comparable(load.dsc));
  for (const hop of hops) assertContinued(hop);
}

function assertUnsampledFrom(hop: Hop, traceId: string): void {
  assert.deepEqual(
    [hop.received, hop.sent].map(lines => {
      const { traceId, isSampled } = sentryTraceOf(lines);
      return { traceId, isSampled };
    }),
    [
      { traceId, isSampled: false },
      { traceId, isSampled: false },
    ],
  );
  assert.deepEqual(dscOf(hop.sent), dscOf(hop.received));
  assert.deepEqual(hop.segments, []);
}
