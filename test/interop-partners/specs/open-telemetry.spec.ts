import assert from 'node:assert/strict';
import type { Call, Hop } from '../support/chain.js';
import { assertContinued, assertNamed, onlySegmentOf } from '../support/checks.js';
import {
  BRIDGE,
  OPEN_TELEMETRY,
  OTHER_BRIDGE,
  Partners,
  SENTRY_NODE_11_STREAM,
  type Sampling,
  type Stop,
} from '../support/partners.js';
import {
  dscOf,
  FOREIGN_BAGGAGE,
  foreignBaggageOf,
  sentryTraceOf,
  traceparentOf,
} from '../support/trace-headers.js';

const UNSAMPLED = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

describe('OpenTelemetry with W3C propagators', () => {
  let partners: Partners;

  before(async () => {
    partners = await Partners.start();
  });
  after(() => partners.close());

  const through = (stops: readonly Stop[], call?: Call): Promise<Hop[]> => partners.send(stops, call);

  for (const via of ['fetch', 'http'] as const) {
    it(`is continued, with its decision and baggage, when it starts a trace (${via})`, async () => {
      const [first, second] = await through(
        [
          [OPEN_TELEMETRY, 'all'],
          [BRIDGE, 'none'],
        ],
        { via, headers: { baggage: FOREIGN_BAGGAGE } },
      );
      assert.ok(first !== undefined && second !== undefined);
      assertContinuedFrom(first, second);
      assert.equal(foreignBaggageOf(second.sent), FOREIGN_BAGGAGE);
    });

    it(`between two services with the bridge leaves them in one trace (${via})`, async () => {
      const [first, second, third] = await through(
        [
          [BRIDGE, 'all'],
          [OPEN_TELEMETRY, 'all'],
          [OTHER_BRIDGE, 'none'],
        ],
        { via, headers: { baggage: FOREIGN_BAGGAGE, tracestate: 'vendor=1', traceparent: sampledParent() } },
      );
      assert.ok(first !== undefined && second !== undefined && third !== undefined);
      const { traceId } = onlySegmentOf(first);
      assert.equal(traceparentOf(first.sent).traceId, traceId);
      assert.ok(onlySegmentOf(first).spanIds.includes(traceparentOf(second.received).spanId));
      assert.equal(traceparentOf(second.sent).traceId, traceId);
      assertContinuedFrom(second, third);
      for (const { sent } of [first, second, third]) {
        assert.equal(foreignBaggageOf(sent), FOREIGN_BAGGAGE);
        assert.deepEqual(sent.tracestate, ['vendor=1']);
      }
    });
  }

  it('has its "not sampled" taken for undecided when the bridge continues it', async () => {
    const stops = (sampling: Sampling): Stop[] => [
      [OPEN_TELEMETRY, 'all'],
      [BRIDGE, sampling],
    ];
    const [, sampled] = await through(stops('all'), { headers: { traceparent: UNSAMPLED } });
    assert.ok(sampled !== undefined);
    assert.equal(traceparentOf(sampled.received).isSampled, false);
    assert.equal(onlySegmentOf(sampled).parentSpanId, traceparentOf(sampled.received).spanId);
    assert.equal(sentryTraceOf(sampled.sent).isSampled, true);
    const [, dropped] = await through(stops('none'), { headers: { traceparent: UNSAMPLED } });
    assert.ok(dropped !== undefined);
    assert.equal(sentryTraceOf(dropped.sent).isSampled, false);
  });

  it('passes on the sampling context of a trace it does not continue, and nobody believes it', async () => {
    const [first, second, third] = await through([
      [SENTRY_NODE_11_STREAM, 'all'],
      [OPEN_TELEMETRY, 'all'],
      [BRIDGE, 'none'],
    ]);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.equal(dscOf(third.received)['trace_id'], onlySegmentOf(first).traceId);
    assert.notEqual(traceparentOf(third.received).traceId, onlySegmentOf(first).traceId);
    assertContinuedFrom(second, third);
  });

  it('reaches a Sentry SDK through the bridge', async () => {
    const [first, second, third] = await through([
      [OPEN_TELEMETRY, 'all'],
      [BRIDGE, 'none'],
      [SENTRY_NODE_11_STREAM, 'none'],
    ]);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assertContinuedFrom(first, second);
    assertContinued(third);
    assert.equal(sentryTraceOf(third.sent).traceId, traceparentOf(first.sent).traceId);
  });
});

/** Only ids and the decision have come this way, so the sampling context is the service's own. */
function assertContinuedFrom({ sent }: Hop, hop: Hop): void {
  const parent = traceparentOf(sent);
  assert.deepEqual(sent['sentry-trace'], []);
  const segment = onlySegmentOf(hop);
  assert.equal(segment.traceId, parent.traceId);
  assert.equal(segment.parentSpanId, parent.spanId);
  assert.equal(parent.isSampled, true);
  assert.equal(sentryTraceOf(hop.sent).isSampled, true);
  assert.ok(segment.spanIds.includes(sentryTraceOf(hop.sent).spanId));
  assertNamed(hop);
  assert.deepEqual(dscOf(hop.sent), segment.dsc);
}

function sampledParent(): string {
  const id = (): string => crypto.randomUUID().replaceAll('-', '');
  return `00-${id()}-${id().slice(16)}-01`;
}
