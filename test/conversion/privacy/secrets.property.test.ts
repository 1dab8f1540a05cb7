import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as fc from 'fast-check';
import { streamedName } from '../../../src/conversion/span-name.js';
import { toTransaction } from '../../../src/conversion/transaction.js';
import { SpanFilters } from '../../../src/filtering/span-filters.js';
import type { ReadableSpan } from '../../../src/otel/types.js';
import { serializeEnvelope } from '../../../src/protocol/envelope.js';
import { LeftOutSpans } from '../../../src/streaming/left-out-spans.js';
import { SpanEnvelopeBuilder } from '../../../src/streaming/span-envelope-builder.js';
import { StreamedSegment } from '../../../src/streaming/streamed-segment.js';
import { SegmentRecord } from '../../../src/trace-state/segment-record.js';
import { sharedOf } from '../../support/shared.js';
import { buildSpan, buildTree, TRACE_ID } from '../../support/spans.js';
import { conversionSettings } from '../settings.js';

const SECRET = 's3cr3t-marker';

/** Every name of the semantic conventions, old and new; templates with a key of nobody's. */
const CONVENTIONS: readonly string[] = Object.entries(conventions)
  .filter(([constant]) => /^(ATTR|SEMATTRS|SEMRESATTRS)_/.test(constant))
  .map(([, name]) => (typeof name === 'function' ? name('key') : String(name)));

/** Names of Sentry's and of nobody's, and those of conventions before the current ones. */
const OTHERS = `
aws.s3.bucket cache.key cache.operation client.address cloud.provider cloud.resource_id code.file.path db.collection.name
db.connection_string db.name db.namespace db.operation.name db.query.summary db.query.text db.statement db.system
db.system.name db.user db.query.parameter.0 enduser.id error.type exception.message express.name express.type faas.id
faas.invocation_id faas.trigger gen_ai.input.messages gen_ai.operation.name gen_ai.provider.name gen_ai.system
graphql.document graphql.operation.name graphql.source host.name http.client_ip http.fragment http.host http.method
http.query http.request.body.size http.request.method http.request.method_original http.request.header.referer
http.response.header.location http.route http.scheme http.status_code http.status_text http.target http.url
http.user_agent mcp.method.name mcp.session.id messaging.destination.name messaging.message.id messaging.operation.type
messaging.system net.host.name net.peer.ip net.peer.name network.peer.address network.protocol.version peer.service
process.command process.command_args process.command_line profiler_id rpc.method rpc.service rpc.system
rpc.grpc.request.metadata.x server.address server.port service.name session.id thread.name url url.fragment url.full
url.original url.path url.query url.scheme url.template user.email user.id user_agent.original my.own.attribute
sentry.context.cart.url sentry.custom_span_name sentry.description sentry.graphql.operation sentry.op sentry.origin
sentry.tag.link sentry.user.id
`
  .trim()
  .split(/\s+/);

const NAMES = [...new Set([...CONVENTIONS, ...OTHERS])];

const URLS: readonly string[] = [
  `https://user:${SECRET}@example.com/a`,
  `https://${SECRET}@example.com`,
  `//user:${SECRET}@example.com/a?b=c`,
  `postgres://app:${SECRET}@db:5432/shop?ssl=1`,
  `postgres://app:p#${SECRET}@db/shop`,
  `https://example.com/a?page=2&access_token=${SECRET}#top`,
  `https://example.com/a?tok%65n=${SECRET}`,
  `https://example.com/cb#id_token=${SECRET}&state=1`,
  `https://example.com/?next=https%3A%2F%2Fu%3A${SECRET}%40other.com%2F`,
  `https://example.com/?next=https://u:${SECRET}@other.com/?x=1`,
  `https://example.com/to/https://u:${SECRET}@other.com/`,
  `/relative/path?api_key=${SECRET}`,
  `?password=${SECRET}&a=b`,
  `see https://user:${SECRET}@example.com/ and https://example.com/?sig=${SECRET}`,
  `{"url": "https://user:${SECRET}@example.com/?token=${SECRET}", "n": 1}`,
  `data:text/plain,${SECRET}`,
];

const QUERY_NAMES = ['url.query', 'http.query', 'url.fragment', 'http.fragment'];
const QUERIES: readonly string[] = [
  `token=${SECRET}`,
  `?sig=${SECRET}`,
  `a=b&Password=${SECRET}&c=d`,
  `a=1;sid=${SECRET}`,
];

const HEADER_PREFIXES = ['http.request.header.', 'http.response.header.', 'rpc.grpc.request.metadata.'];
const HEADERS = [
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'set_cookie',
  'proxy-authorization',
  'x-api-key',
  'x_api_key',
  'x-csrf-token',
];

const COOKIES: readonly string[] = [
  `sid=${SECRET}`,
  `theme=dark; connect.sid=${SECRET}; a=b`,
  SECRET,
  `remember=${SECRET}; Path=/; HttpOnly`,
];

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
  const record = new SegmentRecord({ traceId: TRACE_ID, sampled: true, sampleRand: 0.5, root });
  const segment = new StreamedSegment(record);
  segment.attachRoot(root);
  const entries = [
    { span: child, segment, isRoot: false },
    { span: root, segment, isRoot: true },
  ];
  const envelopes = builder.build({ traceId: TRACE_ID, entries });
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
      { numRuns: 500 },
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
