import assert from 'node:assert/strict';
import type { Call, Hop } from '../support/chain.js';
import {
  assertContinued,
  assertNamed,
  assertSampledTrace,
  assertUnsampledTrace,
  onlySegmentOf,
} from '../support/checks.js';
import {
  BRIDGE,
  needsPython,
  OTHER_BRIDGE,
  Partners,
  SENTRY_NODE_10,
  SENTRY_NODE_11_STATIC,
  SENTRY_NODE_11_STREAM,
  SENTRY_PYTHON,
  type Stop,
} from '../support/partners.js';
import { dscOf, FOREIGN_BAGGAGE, foreignBaggageOf, sentryTraceOf } from '../support/trace-headers.js';

const CLIENTS = ['fetch', 'http'] as const;

describe('Sentry SDKs', () => {
  let partners: Partners;

  before(async () => {
    partners = await Partners.start();
  });
  after(() => partners.close());

  const through = (stops: readonly Stop[], call?: Call): Promise<Hop[]> => partners.send(stops, call);

  for (const partner of [SENTRY_NODE_11_STREAM, SENTRY_NODE_11_STATIC, SENTRY_NODE_10, SENTRY_PYTHON]) {
    describe(partner.title, () => {
      if (partner === SENTRY_PYTHON) before(needsPython);

      for (const via of partner === SENTRY_PYTHON ? (['http'] as const) : CLIENTS) {
        it(`is continued with its sampling context when it samples (${via})`, async () => {
          assertSampledTrace(
            await through(
              [
                [partner, 'all'],
                [BRIDGE, 'none'],
              ],
              { via, baggage: FOREIGN_BAGGAGE },
            ),
          );
        });

        it(`is continued with its sampling context when it does not sample (${via})`, async () => {
          assertUnsampledTrace(
            await through(
              [
                [partner, 'none'],
                [BRIDGE, 'all'],
              ],
              { via, baggage: FOREIGN_BAGGAGE },
            ),
          );
        });
      }

      for (const via of CLIENTS) {
        it(`continues the bridge, and is continued, when the bridge samples (${via})`, async () => {
          const hops = await through(
            [
              [BRIDGE, 'all'],
              [partner, 'none'],
              [OTHER_BRIDGE, 'none'],
            ],
            { via, baggage: FOREIGN_BAGGAGE },
          );
          assertSampledTrace(hops);
          assert.equal(foreignBaggageOf(hops[1]?.received ?? assert.fail()), FOREIGN_BAGGAGE);
        });

        it(`continues the bridge, and is continued, when the bridge does not sample (${via})`, async () => {
          const hops = await through(
            [
              [BRIDGE, 'none'],
              [partner, 'all'],
              [OTHER_BRIDGE, 'all'],
            ],
            { via, baggage: FOREIGN_BAGGAGE },
          );
          assertUnsampledTrace(hops);
          assert.equal(foreignBaggageOf(hops[1]?.received ?? assert.fail()), FOREIGN_BAGGAGE);
        });
      }

      it('decides what the bridge leaves undecided, and is continued', async () => {
        const [head, decider, last] = await through([
          [BRIDGE, 'undecided'],
          [partner, 'all'],
          [OTHER_BRIDGE, 'none'],
        ]);
        assert.ok(head !== undefined && decider !== undefined && last !== undefined);
        assertNamed(head);
        assert.equal(sentryTraceOf(head.sent).isSampled, undefined);
        assert.deepEqual(head.segments, []);
        const { sampled, sample_rate, sample_rand } = dscOf(head.sent);
        assert.deepEqual([sampled, sample_rate], [undefined, undefined]);
        assert.match(sample_rand ?? '', /^0\.\d{6}$/);
        assert.equal(onlySegmentOf(decider).parentSpanId, sentryTraceOf(head.sent).spanId);
        assertContinued(last);
        assert.equal(sentryTraceOf(last.sent).traceId, sentryTraceOf(head.sent).traceId);
      });

      // This version for Python says of a request without a decision that it is not sampled.
      if (partner !== SENTRY_PYTHON) {
        it('leaves a decision to the bridge, which samples', async () => {
          const [head, decider] = await through([
            [partner, 'undecided'],
            [BRIDGE, 'all'],
          ]);
          assert.ok(head !== undefined && decider !== undefined);
          const undecided = sentryTraceOf(head.sent);
          const decided = sentryTraceOf(decider.sent);
          assert.deepEqual([undecided.isSampled, decided.isSampled], [undefined, true]);
          assert.equal(decided.traceId, undecided.traceId);
          const { parentSpanId, spanIds, dsc } = onlySegmentOf(decider);
          assert.equal(parentSpanId, undecided.spanId);
          assert.ok(spanIds.includes(decided.spanId));
          const { sample_rand, ...rest } = dsc;
          assert.deepEqual(rest, { ...dscOf(head.sent), sample_rate: '1' });
          assert.match(sample_rand ?? '', /^0\.\d{6}$/);
          assert.deepEqual(dscOf(decider.sent), dsc);
        });

        it('leaves a decision to the bridge, which does not sample', async () => {
          const [head, decider] = await through([
            [partner, 'undecided'],
            [BRIDGE, 'none'],
          ]);
          assert.ok(head !== undefined && decider !== undefined);
          const decided = sentryTraceOf(decider.sent);
          assert.deepEqual([decided.traceId, decided.isSampled], [sentryTraceOf(head.sent).traceId, false]);
          assert.deepEqual(decider.segments, []);
        });
      }
    });
  }

  for (const [first, last] of [
    [SENTRY_NODE_11_STREAM, SENTRY_NODE_10],
    [SENTRY_NODE_10, SENTRY_NODE_11_STATIC],
    [SENTRY_PYTHON, SENTRY_NODE_11_STREAM],
    [SENTRY_NODE_11_STATIC, SENTRY_PYTHON],
  ] as const) {
    describe(`${first.title}, the bridge, ${last.title}`, () => {
      if ([first, last].includes(SENTRY_PYTHON)) before(needsPython);

      it('are one trace when the first samples', async () => {
        assertSampledTrace(
          await through([
            [first, 'all'],
            [BRIDGE, 'none'],
            [last, 'none'],
          ]),
        );
      });

      it('are one trace when the first does not sample', async () => {
        assertUnsampledTrace(
          await through([
            [first, 'none'],
            [BRIDGE, 'all'],
            [last, 'all'],
          ]),
        );
      });
    });
  }
});
