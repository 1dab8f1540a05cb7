import assert from 'node:assert/strict';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { EnvelopeBuilder } from '../../src/envelope-builder.js';
import { SpanFilters } from '../../src/filtering/span-filters.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import type { SpanTree } from '../../src/otel/span-tree.js';
import type { ReadableSpan } from '../../src/otel/types.js';
import { MAX_CONTAINER_BYTES, MAX_EVENT_ITEM_BYTES } from '../../src/protocol/limits.js';
import { serializeEnvelope } from '../../src/protocol/envelope.js';
import type { Shared } from '../../src/shared.js';
import { LeftOutSpans } from '../../src/streaming/left-out-spans.js';
import { SpanEnvelopeBuilder } from '../../src/streaming/span-envelope-builder.js';
import { StreamedSegment } from '../../src/streaming/streamed-segment.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import type { OutgoingEnvelope } from '../../src/transport/outgoing-envelope.js';
import { runSteps } from '../../src/steps.js';
import { hostileAttributes, hostileValue, makeAttributes } from '../support/arbitraries/hostile.js';
import { anyUtf16 } from '../support/arbitraries/text.js';
import { parseEnvelope } from '../support/parse-envelope.js';
import { PUBLIC_KEY } from '../support/fake-sentry.js';
import { runs } from '../support/property-runs.js';
import { sharedOf } from '../support/shared.js';
import { buildSpan, buildTree, TRACE_ID } from '../support/spans.js';
import { untypedAttributes } from '../support/untyped.js';
import { checkWire, takeWireProblems } from '../support/wire-problems.js';

const name = fc.oneof(anyUtf16, fc.constantFrom('', 'GET', 'x'.repeat(20_000), 'GET https://u:p@h/?a=b'));

const EXCEPTION = ['exception.type', 'exception.message', 'exception.stacktrace', 'exception.escaped'];
const exceptionAttributes = fc.record({
  entries: fc.array(fc.tuple(fc.constantFrom(...EXCEPTION), hostileValue), { maxLength: 4 }),
  isTrapped: fc.constant(false),
});

const span = fc.record({
  name,
  kind: fc.constantFrom(
    SpanKind.INTERNAL,
    SpanKind.SERVER,
    SpanKind.CLIENT,
    SpanKind.PRODUCER,
    SpanKind.CONSUMER,
  ),
  attributes: hostileAttributes,
  resource: hostileAttributes,
  scope: fc.record({ name, version: name }),
  status: fc.record({
    code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
    message: name,
  }),
  events: fc.array(
    fc.record({
      name: fc.oneof(fc.constant('exception'), anyUtf16),
      at: fc.nat(100),
      attributes: fc.oneof(hostileAttributes, exceptionAttributes),
    }),
    { maxLength: 3 },
  ),
  links: fc.array(fc.record({ traceId: fc.constantFrom(TRACE_ID, '', 'x'), attributes: hostileAttributes }), {
    maxLength: 2,
  }),
  start: fc.nat(1000),
  end: fc.nat(1000),
});

type SpanRecipe = typeof span extends fc.Arbitrary<infer T> ? T : never;

function makeSpan(
  { attributes, resource, events, links, ...rest }: SpanRecipe,
  parent?: ReadableSpan,
): ReadableSpan {
  return buildSpan({
    ...rest,
    ...(parent && { parent }),
    attributes: makeAttributes(attributes),
    resource: makeAttributes(resource),
    events: events.map(event => ({ ...event, attributes: makeAttributes(event.attributes) })),
    links: links.map(({ traceId, attributes }) => ({
      context: { traceId, spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED },
      attributes: untypedAttributes(makeAttributes(attributes)),
    })),
  });
}

const recipes = fc.array(span, { minLength: 1, maxLength: 5 });

function makeTree([first = assert.fail(), ...rest]: readonly SpanRecipe[]): SpanTree {
  const root = makeSpan(first);
  return buildTree(root, ...rest.map(recipe => makeSpan(recipe, root)));
}

const options: fc.Arbitrary<SentryBridgeOptions> = fc.record({
  sendDefaultPii: fc.boolean(),
  captureExceptions: fc.constantFrom<SentryBridgeOptions['captureExceptions'][]>(false, 'all', 'unhandled'),
  tagAttributes: fc.constant([/./]),
  streamGenAiSpans: fc.boolean(),
});

describe('spans with anything on them', () => {
  it('become a transaction that Sentry reads and errors, or are counted', () => {
    fc.assert(
      fc.property(recipes, options, (recipes, options) => {
        const tree = makeTree(recipes);
        const shared = sharedOf(options);
        const builder = new EnvelopeBuilder(shared, PUBLIC_KEY);
        const envelopes = runSteps(builder.build(tree, recordOf(tree.root)));
        assertSent(envelopes);
        assert.equal(spansOf(envelopes) + lostSpans(shared), tree.descendants.length + 1);
      }),
      { numRuns: runs(150) },
    );
  });

  it('become streamed spans that Sentry reads and errors, or are counted', () => {
    fc.assert(
      fc.property(recipes, options, (recipes, options) => {
        const { root, descendants } = makeTree(recipes);
        const shared = sharedOf({ ...options, traceLifecycle: 'stream' });
        const builder = new SpanEnvelopeBuilder(
          shared,
          PUBLIC_KEY,
          new SpanFilters(shared.config),
          new LeftOutSpans(),
        );
        const segment = new StreamedSegment(recordOf(root));
        segment.attachRoot(root);
        const entries = [root, ...descendants].map(span => ({ span, segment, isRoot: span === root }));
        const envelopes = runSteps(builder.build({ traceId: TRACE_ID, entries }));
        assertSent(envelopes);
        assert.equal(spansOf(envelopes) + lostSpans(shared), entries.length);
      }),
      { numRuns: runs(150) },
    );
  });
});

function recordOf(root: ReadableSpan): SegmentRecord {
  return new SegmentRecord({ traceId: TRACE_ID, sampled: true, root });
}

function assertSent(envelopes: readonly OutgoingEnvelope[]): void {
  for (const { envelope } of envelopes) {
    const read = parseEnvelope(serializeEnvelope(envelope));
    checkWire(read);
    assert.deepEqual(takeWireProblems(), [], 'Sentry would refuse it');
    for (const item of read.items) {
      const max = item.headers['type'] === 'span' ? MAX_CONTAINER_BYTES : MAX_EVENT_ITEM_BYTES;
      assert.ok(
        item.payload.length <= max,
        `${String(item.headers['type'])} of ${item.payload.length} bytes`,
      );
    }
    assert.equal('polluted' in {}, false);
  }
}

function spansOf(envelopes: readonly OutgoingEnvelope[]): number {
  return envelopes
    .flatMap(({ quantities }) => quantities)
    .filter(({ category }) => category === 'span')
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

function lostSpans({ losses }: Shared): number {
  return losses
    .totals()
    .filter(({ category }) => category === 'span')
    .reduce((sum, { quantity }) => sum + quantity, 0);
}
