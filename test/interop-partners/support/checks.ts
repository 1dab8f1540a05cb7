import assert from 'node:assert/strict';
import type { Hop } from './chain.js';
import type { Segment } from './segment.js';
import { dscOf, foreignBaggageOf, sentryTraceOf } from './trace-headers.js';

type Dsc = Readonly<Record<string, string>>;

/** What a service has sent to Sentry of a sampled trace: one segment. */
export function onlySegmentOf({ service, segments }: Hop): Segment {
  const [segment, ...others] = segments;
  assert.ok(segment !== undefined, `${service.title} has sent nothing of the trace`);
  assert.deepEqual(others, [], `${service.title} has sent more than one segment of the trace`);
  return segment;
}

/** The first hop starts a trace and samples it, all others continue it. */
export function assertSampledTrace([head, ...others]: readonly Hop[]): void {
  assert.ok(head !== undefined);
  assert.equal(onlySegmentOf(head).parentSpanId, undefined);
  assertNamed(head);
  assertReported(head);
  for (const hop of others) assertContinued(hop);
}

/** The service has continued the sampled trace it was asked in, and handed it on with everything it came with. */
export function assertContinued(hop: Hop): void {
  const received = sentryTraceOf(hop.received);
  const { title } = hop.service;
  assert.equal(sentryTraceOf(hop.sent).traceId, received.traceId, title);
  assert.equal(onlySegmentOf(hop).parentSpanId, received.spanId, title);
  assertDscHandedOn(hop);
  assertReported(hop);
  if (hop.service.isBridge) assert.equal(foreignBaggageOf(hop.sent), foreignBaggageOf(hop.received));
}

/** The first hop starts a trace and does not sample it, and neither do others. */
export function assertUnsampledTrace([head, ...others]: readonly Hop[]): void {
  assert.ok(head !== undefined);
  assertNamed(head);
  for (const hop of [head, ...others]) {
    assert.equal(sentryTraceOf(hop.sent).isSampled, false, hop.service.title);
    assert.deepEqual(hop.segments, [], hop.service.title);
  }
  for (const hop of others) {
    assert.equal(sentryTraceOf(hop.sent).traceId, sentryTraceOf(hop.received).traceId, hop.service.title);
    assertDscHandedOn(hop);
    if (hop.service.isBridge) assert.equal(foreignBaggageOf(hop.sent), foreignBaggageOf(hop.received));
  }
}

/** The sampling context is that of the trace and of this service. */
export function assertNamed({ service, sent }: Hop): void {
  const { trace_id, public_key } = dscOf(sent);
  assert.equal(trace_id, sentryTraceOf(sent).traceId, service.title);
  assert.equal(public_key, service.project.publicKey, service.title);
}

/** What was sent to Sentry has the span that made the call, and the sampling context of the call. */
function assertReported(hop: Hop): void {
  const { service, sent } = hop;
  const { spanIds, dsc } = onlySegmentOf(hop);
  const { spanId, isSampled } = sentryTraceOf(sent);
  assert.equal(isSampled, true, service.title);
  assert.ok(spanIds.includes(spanId), `${service.title} has not reported the span that made its call`);
  const context = dscOf(sent);
  if (service.isBridge) assert.deepEqual(dsc, context);
  // Some SDKs leave members out.
  else assert.deepEqual(comparable({ ...context, ...dsc }), comparable(context), service.title);
}

/** The bridge changes nothing, and only adds the random number if there is none. */
function assertDscHandedOn({ service, received, sent }: Hop): void {
  const [before, after] = [dscOf(received), dscOf(sent)];
  if (!service.isBridge) assert.deepEqual(comparable(after), comparable(before), service.title);
  else if ('sample_rand' in before) assert.deepEqual(after, before);
  else {
    const { sample_rand = '', ...rest } = after;
    assert.deepEqual(rest, before);
    assert.match(sample_rand, /^0\.\d{6}$/);
  }
}

/** Some SDKs read numbers and write them again, without a 0 at the end. */
export function comparable(dsc: Dsc): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(dsc).map(([name, value]) => [name, name.startsWith('sample_') ? Number(value) : value]),
  );
}
