import assert from 'node:assert/strict';
import { parseEnvelope } from '../support/parse-envelope.js';
import { wireProblems } from '../support/vectors/wire-rules.js';
import { fieldsOf, isFields, listOf, type Fields } from '../support/vectors/narrow.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const ROOT_ID = 'b7ad6b7169203331';
const CHILD_ID = '00f067aa0ba902b7';
const EVENT_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PUBLIC_KEY = 'a1f2c3d4e5b60718293a4b5c6d7e8f90';
const START = 1_760_000_000.25;
const END = 1_760_000_001.5;

type Item = readonly [headers: Fields, payload: unknown];

const TRACE_HEADER = {
  trace_id: TRACE_ID,
  public_key: PUBLIC_KEY,
  sample_rate: '0.5',
  sample_rand: '0.123456',
  sampled: 'true',
};
const EVENT_HEADERS = { event_id: EVENT_ID, sent_at: '2026-11-20T10:15:31.204Z', trace: TRACE_HEADER };
const SDK = { name: 'test', version: '1' };

const CHILD = {
  trace_id: TRACE_ID,
  span_id: CHILD_ID,
  parent_span_id: ROOT_ID,
  op: 'db',
  origin: 'auto.db.otel.postgres',
  status: 'ok',
  start_timestamp: START,
  timestamp: END,
  data: { 'db.system.name': 'postgresql' },
  links: [{ trace_id: TRACE_ID, span_id: ROOT_ID, sampled: true }],
};

const TRANSACTION = {
  event_id: EVENT_ID,
  type: 'transaction',
  platform: 'node',
  transaction: 'GET /users/:id',
  transaction_info: { source: 'route' },
  start_timestamp: START,
  timestamp: END,
  environment: 'test',
  release: 'app@1.0',
  dist: '7',
  sdk: SDK,
  tags: { color: 'red' },
  measurements: { lcp: { value: 12.5, unit: 'millisecond' } },
  breadcrumbs: [{ timestamp: START, message: 'retry' }],
  contexts: {
    trace: {
      trace_id: TRACE_ID,
      span_id: ROOT_ID,
      op: 'http.server',
      origin: 'manual',
      status: 'ok',
      data: { a: 1 },
    },
  },
  spans: [CHILD],
};

const STREAMED_SPAN = {
  trace_id: TRACE_ID,
  span_id: ROOT_ID,
  name: 'GET /users/:id',
  status: 'ok',
  is_segment: true,
  start_timestamp: START,
  end_timestamp: END,
  attributes: {
    text: { type: 'string', value: 'a' },
    count: { type: 'integer', value: 1 },
    share: { type: 'double', value: 0.5 },
  },
};
const CONTAINER_HEADERS = {
  type: 'span',
  item_count: 1,
  content_type: 'application/vnd.sentry.items.span.v2+json',
};

const ERROR_EVENT = {
  event_id: EVENT_ID,
  platform: 'node',
  environment: 'test',
  sdk: SDK,
  timestamp: END,
  exception: { values: [{ type: 'TypeError', value: 'x is not a function' }] },
  contexts: { trace: { trace_id: TRACE_ID, span_id: CHILD_ID } },
};

const REPORT = {
  timestamp: END,
  discarded_events: [{ reason: 'sample_rate', category: 'transaction', quantity: 3 }],
};

describe('wireProblems', () => {
  const accepted: [name: string, headers: Fields, items: Item[]][] = [
    ['a transaction', EVENT_HEADERS, [[{ type: 'transaction' }, TRANSACTION]]],
    [
      'a transaction with a client report',
      EVENT_HEADERS,
      [
        [{ type: 'transaction' }, TRANSACTION],
        [{ type: 'client_report' }, REPORT],
      ],
    ],
    [
      'spans',
      { sent_at: EVENT_HEADERS.sent_at, trace: TRACE_HEADER },
      [[CONTAINER_HEADERS, { version: 2, items: [STREAMED_SPAN] }]],
    ],
    [
      'a transaction with spans beside it',
      EVENT_HEADERS,
      [
        [{ type: 'transaction' }, TRANSACTION],
        [CONTAINER_HEADERS, { version: 2, items: [{ ...STREAMED_SPAN, span_id: CHILD_ID }] }],
      ],
    ],
    ['an error', EVENT_HEADERS, [[{ type: 'event' }, ERROR_EVENT]]],
    ['a client report', {}, [[{ type: 'client_report' }, REPORT]]],
    ['nothing', {}, []],
  ];
  for (const [name, headers, items] of accepted) {
    it(`finds nothing wrong with ${name}`, () =>
      assert.deepEqual(wireProblems(serialize(headers, items)), []));
  }

  it('takes envelopes that are parsed already', () => {
    const bytes = serialize({ ...EVENT_HEADERS, event_id: 'x' }, [[{ type: 'transaction' }, TRANSACTION]]);
    assert.deepEqual(wireProblems(parseEnvelope(bytes)), wireProblems(bytes));
    assert.notDeepEqual(wireProblems(bytes), []);
  });

  it('objects to bytes that are no envelope', () =>
    assert.equal(wireProblems(Buffer.from('{"type":')).length, 1));

  describe('objects to headers', () => {
    const headers: [path: string, values: unknown[]][] = [
      ['event_id', [undefined, '4bf92f35', TRACE_ID]],
      ['sent_at', ['2026-11-20', 'Fri, 20 Nov 2026 10:15:31 GMT', 1_760_000_000]],
      ['sdk', [{ name: 'test' }]],
      ['dsn', [`https://${PUBLIC_KEY}:secret@sentry.example.com/1`]],
      ['trace', [undefined, 'text']],
      ['trace.trace_id', [undefined, EVENT_ID, '0'.repeat(32)]],
      ['trace.public_key', [undefined, 'public']],
      ['trace.sample_rate', [1, '-1', '1.', 'NaN', '0x1']],
      ['trace.sample_rand', [0.5, '1', '1.5', '-0.1']],
      ['trace.sampled', [true, '1']],
      ['trace.replay_id', ['me']],
    ];
    for (const [path, values] of headers) {
      for (const value of values) {
        it(`with ${path} ${JSON.stringify(value)}`, () => {
          const bytes = serialize(withMember(EVENT_HEADERS, path, value), [
            [{ type: 'transaction' }, TRANSACTION],
          ]);
          assert.notDeepEqual(wireProblems(bytes), []);
        });
      }
    }
  });

  describe('objects to a transaction', () => {
    describeInvalid({ type: 'transaction' }, TRANSACTION, [
      ['event_id', [undefined, 'x']],
      ['type', ['event', undefined]],
      ['platform', [undefined, 'javascript']],
      ['transaction', [undefined, '', ' ']],
      ['transaction_info', [undefined, { source: 'path' }]],
      ['start_timestamp', [undefined, 0, -1, '1', END + 1, START * 1000]],
      ['timestamp', [undefined, START - 1, null]],
      ['environment', [undefined, '', 'a/b', 'e'.repeat(65)]],
      ['release', ['', 'a/b', 'latest', '..', 'r'.repeat(201)]],
      ['dist', ['a b']],
      ['sdk', [undefined, { name: 'test' }]],
      ['sdkProcessingMetadata', [{}]],
      ['tags', [{ n: 1 }, { 'a b': 'x' }, { long: 'x'.repeat(201) }, { lines: 'a\nb' }]],
      ['measurements', [{}, { lcp: { value: '1', unit: 'none' } }]],
      ['breadcrumbs', [{}, [{ message: 'x' }], Array.from({ length: 101 }, () => ({ timestamp: START }))]],
      ['contexts', [undefined, {}]],
      ['contexts.trace.trace_id', [undefined, TRACE_ID.toUpperCase(), '0'.repeat(32), EVENT_ID]],
      ['contexts.trace.span_id', [undefined, '0'.repeat(16), 'b7ad']],
      ['contexts.trace.parent_span_id', ['', null, ROOT_ID]],
      ['contexts.trace.status', ['unknown', 'OK']],
      ['contexts.trace.op', ['', 'o'.repeat(129)]],
      ['contexts.trace.origin', ['auto.http-client', '']],
      ['contexts.trace.data', [[], { n: null }]],
      ['contexts.trace.client_sample_rate', [1]],
      [
        'spans',
        [
          undefined,
          {},
          [null],
          [CHILD, CHILD],
          Array.from({ length: 1001 }, (_, index) => numberedSpan(index)),
        ],
      ],
      ['spans.0.trace_id', [undefined, EVENT_ID]],
      ['spans.0.span_id', [undefined, ROOT_ID]],
      ['spans.0.start_timestamp', [undefined, END + 1]],
      ['spans.0.timestamp', [undefined, START - 1]],
      ['spans.0.status', ['error']],
      [
        'spans.0.links',
        [{}, [{ trace_id: TRACE_ID }], [{ trace_id: TRACE_ID, span_id: ROOT_ID, traceFlags: 1 }]],
      ],
      ['spans.0.data', [{ text: 'x'.repeat(820_000) }]],
      ['contexts.trace.data.text', ['x'.repeat(1024 * 1024)]],
    ]);

    it('with another one in the same envelope', () => {
      const item: Item = [{ type: 'transaction' }, TRANSACTION];
      assert.notDeepEqual(wireProblems(serialize(EVENT_HEADERS, [item, item])), []);
    });
  });

  describe('objects to spans', () => {
    describeInvalid(CONTAINER_HEADERS, { version: 2, items: [STREAMED_SPAN] }, [
      ['version', [1, undefined]],
      ['items', [undefined, [], [STREAMED_SPAN, STREAMED_SPAN]]],
      ['items.0.trace_id', [undefined, EVENT_ID]],
      ['items.0.name', [undefined, '']],
      ['items.0.status', ['internal_error']],
      ['items.0.is_segment', [undefined, 1]],
      ['items.0.end_timestamp', [undefined, START - 1]],
      ['items.0.kind', ['server']],
      ['items.0.parent_span_id', [null, 'x', ROOT_ID]],
      [
        'items.0.links',
        [[{}], [{ trace_id: TRACE_ID, span_id: CHILD_ID, sampled: true, attributes: { a: 'b' } }]],
      ],
      [
        'items.0.attributes',
        [
          [],
          { a: 1 },
          { a: { type: 'integer', value: 1.5 } },
          { a: { type: 'integer', value: 1e21 } },
          { a: { type: 'double', value: null } },
          { a: { type: 'array', value: [1, 'x'] } },
          { a: { type: 'array', value: [null] } },
          { a: { type: 'double', value: 1, unit: '' } },
          { a: { type: 'string', value: 'x', note: 'y' } },
          { 'sentry.segment.id': { type: 'string', value: CHILD_ID } },
        ],
      ],
    ]);

    for (const headers of [{ content_type: 'application/json' }, { item_count: 2 }]) {
      it(`with ${JSON.stringify(headers)}`, () => {
        const item: Item = [
          { ...CONTAINER_HEADERS, ...headers },
          { version: 2, items: [STREAMED_SPAN] },
        ];
        assert.notDeepEqual(wireProblems(serialize({ trace: TRACE_HEADER }, [item])), []);
      });
    }
  });

  describe('objects to an error', () => {
    describeInvalid({ type: 'event' }, ERROR_EVENT, [
      ['event_id', [undefined]],
      ['timestamp', [undefined, '2026']],
      ['exception', [undefined, { values: [] }, { values: [{}] }]],
      ['contexts.trace.span_id', ['x']],
    ]);
  });

  describe('objects to a client report', () => {
    describeInvalid({ type: 'client_report' }, REPORT, [
      ['timestamp', ['soon']],
      [
        'discarded_events',
        [undefined, [], [null], Array.from({ length: 101 }, () => REPORT.discarded_events[0])],
      ],
      ['discarded_events.0.reason', [undefined, 'bored']],
      ['discarded_events.0.category', [undefined, 'spans']],
      ['discarded_events.0.quantity', [0, -1, 1.5, '1']],
    ]);
  });

  it('objects to items it does not know', () =>
    assert.notDeepEqual(wireProblems(serialize({}, [[{ type: 'statsd' }, {}]])), []));

  it('objects to an event_id without an event', () => {
    assert.notDeepEqual(
      wireProblems(serialize({ event_id: EVENT_ID }, [[{ type: 'client_report' }, REPORT]])),
      [],
    );
  });
});

function describeInvalid(
  itemHeaders: Fields,
  payload: Fields,
  members: readonly [path: string, values: unknown[]][],
): void {
  const { event_id, ...headersWithoutId } = EVENT_HEADERS;
  const headers = 'event_id' in payload ? { ...headersWithoutId, event_id } : headersWithoutId;
  for (const [path, values] of members) {
    for (const value of values) {
      it(`with ${path} ${JSON.stringify(value)?.slice(0, 60)}`, () => {
        const bytes = serialize(headers, [[itemHeaders, withMember(payload, path, value)]]);
        assert.notDeepEqual(wireProblems(bytes), []);
      });
    }
  }
}

/** A copy with another value at `a.b.0.c`; undefined removes it. */
function withMember(value: Fields, path: string, member: unknown): Fields {
  const [first = '', ...others] = path.split('.');
  const inner = value[first];
  if (others.length === 0) return { ...value, [first]: member };
  const rest = others.join('.');
  if (isFields(inner)) return { ...value, [first]: withMember(inner, rest, member) };
  const [head, ...tail] = listOf(inner);
  return { ...value, [first]: [withMember({ 0: fieldsOf(head) }, rest, member)[0] ?? null, ...tail] };
}

function numberedSpan(index: number): Fields {
  return { ...CHILD, span_id: (index + 1).toString(16).padStart(16, 'a') };
}

function serialize(headers: Fields, items: readonly Item[]): Uint8Array {
  const lines = items.flatMap(([itemHeaders, payload]) => {
    const text = JSON.stringify(payload);
    return [JSON.stringify({ ...itemHeaders, length: Buffer.byteLength(text) }), text];
  });
  return Buffer.from([JSON.stringify(headers), ...lines].join('\n'));
}
