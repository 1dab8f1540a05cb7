import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { streamedName } from '../../../src/conversion/span-name.js';
import { toTransaction } from '../../../src/conversion/transaction.js';
import { SpanFilters } from '../../../src/filtering/span-filters.js';
import type { ReadableSpan } from '../../../src/otel/types.js';
import { serializeEnvelope } from '../../../src/protocol/envelope.js';
import { LeftOutSpans } from '../../../src/streaming/left-out-spans.js';
import { SpanEnvelopeBuilder } from '../../../src/streaming/span-envelope-builder.js';
import { StreamedSegment } from '../../../src/streaming/streamed-segment.js';
import { runSteps } from '../../../src/steps.js';
import { SegmentRecord } from '../../../src/trace-state/segment-record.js';
import {
  CONVENTIONS,
  COOKIES,
  HEADER_PREFIXES,
  HEADERS,
  NAMES,
  QUERIES,
  QUERY_NAMES,
  SECRET,
  URLS,
} from '../../support/secrets.js';
import { sharedOf } from '../../support/shared.js';
import { buildSpan, buildTree, TRACE_ID } from '../../support/spans.js';
import { conversionSettings } from '../settings.js';
import { runs } from '../../support/property-runs.js';

/** A secret where secrets are found: under any name as a URL, under some as a query, header or cookie. */
const secretAttribute: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...URLS)),
  fc.tuple(fc.constantFrom(...QUERY_NAMES), fc.constantFrom(...QUERIES)),
  fc
    .tuple(fc.constantFrom(...HEADER_PREFIXES), fc.constantFrom(...HEADERS))
    .map(([prefix, header]): [string, string] => [
      prefix + header,
      /cookie/i.test(header) ? `sid=${SECRET}` : `Bearer ${SECRET}`,
    ]),
  fc.tuple(
    fc.constantFrom('http.request.header.cookie', 'http.response.header.set-cookie'),
    fc.constantFrom(...COOKIES),
  ),
);

const shaped = fc
  .tuple(secretAttribute, fc.constantFrom('text', 'list', 'map'))
  .map(([[name, value], shape]): [string, unknown] => {
    if (shape === 'list') return [name, [value, null, 'harmless']];
    return [
      name,
      shape === 'map' && !name.includes('header') && !QUERY_NAMES.includes(name) ? { inner: [value] } : value,
    ];
  });

const attributeSets = fc
  .array(shaped, { minLength: 1, maxLength: 6 })
  .map(entries => Object.fromEntries(entries));
/** The bytes that two spans of one segment become when they travel on their own, those of their errors included. */
function streamedBytes(root: ReadableSpan, child: ReadableSpan, sendDefaultPii: boolean): string {
  const shared = sharedOf({
    traceLifecycle: 'stream',
    captureExceptions: 'all',
    tagAttributes: [/./],
    sendDefaultPii,
  });
  const builder = new SpanEnvelopeBuilder(
    shared,
    'a'.repeat(32),
    new SpanFilters(shared.config),
    new LeftOutSpans(),
  );
  const record = new SegmentRecord({ traceId: TRACE_ID, sampled: true, root });
  const segment = new StreamedSegment(record);
  segment.attachRoot(root);
  const entries = [
    { span: child, segment, isRoot: false },
    { span: root, segment, isRoot: true },
  ];
  const envelopes = runSteps(builder.build({ traceId: TRACE_ID, entries }));
  assert.ok(envelopes.length >= 2);
  return envelopes.map(({ envelope }) => new TextDecoder().decode(serializeEnvelope(envelope))).join('');
}

const kinds = fc.constantFrom(
  SpanKind.INTERNAL,
  SpanKind.SERVER,
  SpanKind.CLIENT,
  SpanKind.PRODUCER,
  SpanKind.CONSUMER,
);

describe('secrets', () => {
  it('are looked for under all names of the semantic conventions', () => {
    assert.ok(CONVENTIONS.length > 900, String(CONVENTIONS.length));
    for (const name of ['url.full', 'http.url', 'db.query.text', 'http.request.header.key'])
      assert.ok(CONVENTIONS.includes(name), name);
  });

  it('are nowhere in a transaction nor in a stream, wherever they were recorded', () => {
    const spans = fc.record({
      attributes: attributeSets,
      kind: kinds,
      method: fc.constantFrom({}, { 'http.request.method': 'GET' }),
    });
    fc.assert(
      fc.property(
        spans,
        spans,
        attributeSets,
        fc.constantFrom(...URLS),
        fc.boolean(),
        (a, b, other, url, sendDefaultPii) => {
          const context = { traceId: TRACE_ID, spanId: 'b'.repeat(16), traceFlags: 1 };
          const root = buildSpan({
            name: url,
            kind: a.kind,
            attributes: { ...a.method, ...a.attributes },
            status: { code: 2, message: `failed: ${url}` },
            events: [
              { name: url, attributes: other },
              { name: 'exception', attributes: { 'exception.message': url } },
            ],
            links: [{ context, attributes: { link: url } }],
            resource: other,
          });
          const child = buildSpan({
            name: `call ${url}`,
            parent: root,
            kind: b.kind,
            attributes: { ...b.method, ...b.attributes },
          });
          const settings = conversionSettings({ sendDefaultPii, tagAttributes: [/./] });
          const event = toTransaction(
            buildTree(root, child),
            { eventId: 'e'.repeat(32), settings },
            (_, error) => {
              throw error;
            },
          );
          assert.ok(event);
          const json = JSON.stringify(event) + streamedBytes(root, child, sendDefaultPii);
          const at = json.indexOf(SECRET);
          assert.equal(at, -1, json.slice(Math.max(0, at - 200), at + 50));
        },
      ),
      { numRuns: runs(500) },
    );
  });

  for (const name of NAMES) {
    it(`are not sent in URLs under ${name}`, () => {
      for (const url of URLS) {
        for (const kind of [SpanKind.SERVER, SpanKind.CLIENT, SpanKind.INTERNAL]) {
          const root = buildSpan({
            kind,
            attributes: { 'http.request.method': 'GET', [name]: url },
            resource: { [name]: url },
          });
          const settings = conversionSettings({ sendDefaultPii: true });
          const event = toTransaction(buildTree(root), { eventId: 'e'.repeat(32), settings }, () =>
            assert.fail(),
          );
          assert.equal(JSON.stringify(event ?? assert.fail()).includes(SECRET), false, url);
          assert.equal(streamedName(root, event?.transaction ?? '').includes(SECRET), false, url);
        }
      }
    });
  }
});
