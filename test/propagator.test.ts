import assert from 'node:assert/strict';
import {
  baggageEntryMetadataFromString,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type BaggageEntry,
  type Context,
  type Span,
  type SpanOptions,
  type TextMapPropagator,
} from '@opentelemetry/api';
import {
  CompositePropagator as CoreComposite,
  suppressTracing,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import type { SentryBridgeOptions } from '../src/options.js';
import { SentryPropagator } from '../src/propagator.js';
import { parseSentryBaggage } from '../src/protocol/baggage.js';
import { MAX_BAGGAGE_CHARS } from '../src/protocol/limits.js';
import { parseSentryTrace } from '../src/protocol/sentry-trace.js';
import { getIncomingTrace } from '../src/trace-state/incoming-trace.js';
import { BaggagePropagator } from '../src/w3c/baggage-propagator.js';
import { CompositePropagator } from '../src/w3c/composite-propagator.js';
import { TraceContextPropagator } from '../src/w3c/trace-context-propagator.js';
import { CARRIER_SHAPES } from './support/carrier-shapes.js';
import { assertLinear } from './support/growth.js';
import { RecordedLog } from './support/recorded-log.js';
import { contextOf, Service, type HeaderRecord, type ServiceInit } from './support/service.js';
import { sharedOf } from './support/shared.js';
import {
  baggageOf,
  DSC,
  DSN,
  OTHER_SPAN_ID,
  OTHER_TRACE_ID,
  PUBLIC_KEY,
  remoteSpan,
  sentryHeaders,
  sentryTrace,
  SPAN_ID,
  TRACE_ID,
  traceparent,
  ZERO_SPAN_ID,
  ZERO_TRACE_ID,
} from './support/trace-headers.js';
import { NOT_STRINGS, untypedInvoke, untypedOptions } from './support/untyped.js';

const SERVER: SpanOptions = {
  kind: SpanKind.SERVER,
  attributes: { 'http.request.method': 'GET', 'http.route': '/shop' },
};
const MESSAGE: SpanOptions = { kind: SpanKind.PRODUCER, attributes: { 'messaging.system': 'kafka' } };

function clientTo(url?: string): SpanOptions {
  return {
    kind: SpanKind.CLIENT,
    attributes: { 'http.request.method': 'GET', ...(url !== undefined && { 'url.full': url }) },
  };
}

const CLIENT = clientTo('https://api.example.com/things');

function propagatorWith(options: SentryBridgeOptions = {}): SentryPropagator {
  const all = { dsn: DSN, release: 'shop@1', ...options };
  return new SentryPropagator(all, sharedOf(all));
}

function extract(headers: HeaderRecord, options: SentryBridgeOptions = {}, context = ROOT_CONTEXT): Context {
  return propagatorWith(options).extract(context, headers, defaultTextMapGetter);
}

/** A header whatever its spelling. */
function headerOf(headers: HeaderRecord, name: string): string | undefined {
  const values = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  assert.ok(values.length < 2, `${name} is there ${values.length} times`);
  const value = values[0]?.[1];
  assert.ok(value === undefined || typeof value === 'string', `${name} is no text`);
  return value;
}

function baggageWith(entries: Record<string, BaggageEntry>, context = ROOT_CONTEXT): Context {
  return propagation.setBaggage(context, propagation.createBaggage(entries));
}

function withoutKey(
  dsc: Readonly<Record<string, string>>,
  ...names: readonly string[]
): Record<string, string> {
  return Object.fromEntries(Object.entries(dsc).filter(([name]) => !names.includes(name)));
}

const UNDECIDED_DSC = withoutKey(DSC, 'sampled');

describe('SentryPropagator', () => {
  it('throws for an unusable option', () => {
    assert.throws(() => new SentryPropagator(untypedOptions({ orgId: true })), TypeError);
  });

  describe('fields', () => {
    it('are the headers it writes', () => {
      assert.deepEqual(propagatorWith().fields(), ['sentry-trace', 'baggage']);
      assert.deepEqual(propagatorWith({ propagateTraceparent: true }).fields(), [
        'sentry-trace',
        'baggage',
        'traceparent',
      ]);
    });

    it('cannot be changed from outside', () => {
      const propagator = propagatorWith();
      propagator.fields().push('x');
      assert.equal(propagator.fields().length, 2);
    });
  });

  describe('extract', () => {
    const cases: readonly (readonly [sampled: boolean | undefined, traceFlags: number])[] = [
      [true, 1],
      [false, 0],
      [undefined, 0],
    ];
    for (const [sampled, traceFlags] of cases) {
      it(`makes a remote span with flags ${traceFlags} of a decision of ${sampled}`, () => {
        const context = extract(sentryHeaders(sampled, UNDECIDED_DSC));
        const { traceState, ...spanContext } = trace.getSpanContext(context) ?? assert.fail();
        assert.deepEqual(spanContext, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags, isRemote: true });
        assert.equal(traceState?.serialize(), '');
      });
    }

    it('keeps what the headers say beside it', () => {
      const incoming = getIncomingTrace(extract(sentryHeaders(true)), TRACE_ID);
      assert.deepEqual([incoming?.sampled, incoming?.sampleRand, incoming?.isRefused], [true, 0.25, false]);
      assert.deepEqual({ ...incoming?.dsc }, { ...DSC });
    });

    it('takes the decision of the context when the flag is missing', () => {
      const context = extract(sentryHeaders(undefined));
      assert.equal(trace.getSpanContext(context)?.traceFlags, 1);
    });

    for (const { name, create, getter } of CARRIER_SHAPES) {
      it(`reads ${name}`, () => {
        const carrier = create({ 'x-other': '1', ...sentryHeaders(true), host: 'shop' });
        const context = propagatorWith().extract(ROOT_CONTEXT, carrier, getter);
        assert.equal(trace.getSpanContext(context)?.traceId, TRACE_ID);
        assert.deepEqual({ ...getIncomingTrace(context, TRACE_ID)?.dsc }, { ...DSC });
      });

      it(`finds nothing in ${name} without headers`, () => {
        for (const headers of [{}, { 'x-other': '1' }]) {
          assert.equal(propagatorWith().extract(ROOT_CONTEXT, create(headers), getter), ROOT_CONTEXT);
        }
      });
    }

    it('reads several values of a header', () => {
      const first = baggageOf({ release: '1' });
      const second = baggageOf({ dist: '2' });
      const context = extract({
        'sentry-trace': [sentryTrace(true), sentryTrace(false)],
        baggage: [first, second],
      });
      const { sampled, dsc } = getIncomingTrace(context, TRACE_ID) ?? assert.fail();
      assert.equal(sampled, true);
      assert.deepEqual([dsc['release'], dsc['dist']], ['1', '2']);
    });

    it('takes empty lists, which getters of gRPC give, for absent headers', () => {
      const getter = { keys: () => [], get: () => [] };
      assert.equal(propagatorWith().extract(ROOT_CONTEXT, {}, getter), ROOT_CONTEXT);
    });

    const unusable: readonly (readonly [what: string, headers: HeaderRecord])[] = [
      ['nothing', {}],
      ['baggage alone', { baggage: baggageOf(DSC) }],
      ['a broken sentry-trace', { ...sentryHeaders(), 'sentry-trace': 'broken' }],
      ['ids of zeros', { ...sentryHeaders(), 'sentry-trace': `${ZERO_TRACE_ID}-${ZERO_SPAN_ID}-1` }],
      ['a span id of zeros', { ...sentryHeaders(), 'sentry-trace': `${TRACE_ID}-${ZERO_SPAN_ID}-1` }],
      ['an upper-case sentry-trace', { ...sentryHeaders(), 'sentry-trace': sentryTrace(true).toUpperCase() }],
      ['traceparent alone', { traceparent: traceparent(), tracestate: 'a=1' }],
    ];
    for (const [what, headers] of unusable) {
      it(`leaves the context as it was when there is ${what}`, () => {
        const context = baggageWith(
          { 'sentry-release': { value: 'x' } },
          trace.setSpanContext(ROOT_CONTEXT, remoteSpan()),
        );
        const log = new RecordedLog();
        try {
          assert.equal(extract(headers, {}, context), context);
          assert.deepEqual(log.lines, []);
        } finally {
          log.stop();
        }
      });
    }

    for (const baggage of ['', 'tenant=42', 'sentry-=x', '%%%', undefined, 7, {}, [7]]) {
      it(`has an empty context when baggage is ${JSON.stringify(baggage)}`, () => {
        const context = extract({ 'sentry-trace': sentryTrace(true), baggage });
        assert.deepEqual(getIncomingTrace(context, TRACE_ID)?.dsc, {});
      });
    }

    it('takes the later of two requests', () => {
      const first = extract(sentryHeaders(true));
      const second = extract(
        { 'sentry-trace': sentryTrace(false, OTHER_TRACE_ID, OTHER_SPAN_ID) },
        {},
        first,
      );
      assert.equal(trace.getSpanContext(second)?.traceId, OTHER_TRACE_ID);
      assert.equal(getIncomingTrace(second, TRACE_ID), undefined);
      assert.equal(getIncomingTrace(second, OTHER_TRACE_ID)?.sampled, false);
    });

    describe('beside a W3C span', () => {
      const traceState = createTraceState('vendor=1');

      it('keeps the trace state of the same trace', () => {
        const context = trace.setSpanContext(ROOT_CONTEXT, remoteSpan({ traceState, traceFlags: 1 }));
        const spanContext = trace.getSpanContext(extract(sentryHeaders(false), {}, context));
        assert.equal(spanContext?.traceState?.serialize(), 'vendor=1');
        assert.equal(spanContext?.traceFlags, 0);
      });

      it('drops the trace state of another trace', () => {
        const context = trace.setSpanContext(
          ROOT_CONTEXT,
          remoteSpan({ traceState, traceId: OTHER_TRACE_ID }),
        );
        const spanContext = trace.getSpanContext(extract(sentryHeaders(true), {}, context));
        assert.equal(spanContext?.traceId, TRACE_ID);
        assert.equal(spanContext?.traceState?.serialize(), '');
      });
    });

    describe("beside OpenTelemetry's baggage", () => {
      it('takes the members of Sentry out of it, so that they go nowhere else', () => {
        const context = baggageWith({
          'sentry-release': { value: 'x' },
          tenant: { value: '42', metadata: baggageEntryMetadataFromString('p=1') },
          'sentry-trace_id': { value: 'y' },
        });
        const baggage = propagation.getBaggage(extract(sentryHeaders(true), {}, context));
        const entries = baggage?.getAllEntries() ?? [];
        assert.deepEqual(
          entries.map(([key]) => key),
          ['tenant'],
        );
        assert.equal(entries[0]?.[1].metadata?.toString(), 'p=1');
      });

      it('leaves it alone when there is nothing of Sentry in it', () => {
        const context = baggageWith({ tenant: { value: '42' } });
        const baggage = propagation.getBaggage(context);
        assert.equal(propagation.getBaggage(extract(sentryHeaders(true), {}, context)), baggage);
      });

      it('takes them out of a refused trace as well', () => {
        const context = baggageWith({ 'sentry-release': { value: 'x' } });
        const refused = extract(sentryHeaders(true), { orgId: '8' }, context);
        assert.deepEqual(propagation.getBaggage(refused)?.getAllEntries(), []);
      });
    });

    describe('of a trace of another organisation', () => {
      const other = { orgId: '8' };

      it('has no remote span', () => {
        const context = extract(sentryHeaders(true), other);
        assert.equal(trace.getSpanContext(context), undefined);
        assert.equal(getIncomingTrace(context, TRACE_ID)?.isRefused, true);
      });

      it('takes away the W3C span of the same trace', () => {
        const before = trace.setSpanContext(ROOT_CONTEXT, remoteSpan({ traceFlags: 1 }));
        assert.equal(trace.getSpanContext(extract(sentryHeaders(true), other, before)), undefined);
      });

      it('leaves the W3C span of another trace', () => {
        const before = trace.setSpanContext(ROOT_CONTEXT, remoteSpan({ traceId: OTHER_TRACE_ID }));
        assert.equal(
          trace.getSpanContext(extract(sentryHeaders(true), other, before))?.traceId,
          OTHER_TRACE_ID,
        );
      });

      it('takes no decision from a W3C span that comes later', () => {
        const service = new Service({ ...other, tracesSampleRate: 0 });
        const context = trace.setSpanContext(
          service.receive(sentryHeaders(true)),
          remoteSpan({ traceFlags: 1 }),
        );
        const headers = service.send(service.start('GET', context, SERVER));
        assert.match(headerOf(headers, 'sentry-trace') ?? '', /-0$/);
        assert.equal(parseSentryBaggage(headerOf(headers, 'baggage'))['public_key'], PUBLIC_KEY);
      });

      it('is refused in strict mode when it does not say where it comes from', () => {
        const headers = sentryHeaders(true, withoutKey(DSC, 'org_id'));
        const strict = extract(headers, { strictTraceContinuation: true });
        assert.equal(getIncomingTrace(strict, TRACE_ID)?.isRefused, true);
        assert.equal(getIncomingTrace(extract(headers), TRACE_ID)?.isRefused, false);
      });
    });

    describe('with hostile input', () => {
      for (const [name, value] of NOT_STRINGS) {
        it(`ignores a sentry-trace that is ${name}`, () => {
          const context = extract({ 'sentry-trace': value, baggage: value });
          assert.equal(trace.getSpanContext(context), undefined);
        });
      }

      const throwing = () => {
        throw new Error('hostile');
      };
      const getters: readonly (readonly [what: string, getter: unknown])[] = [
        ['throws', { keys: throwing, get: throwing }],
        ['throws when it is asked for keys', { keys: throwing, get: () => undefined }],
        ['has no keys()', { get: () => undefined }],
        ['gives no list of keys', { keys: () => 7, get: () => undefined }],
        ['gives keys that are no text', { keys: () => [7, null, undefined], get: () => undefined }],
        ['is missing', undefined],
      ];
      for (const [what, getter] of getters) {
        it(`leaves the context as it was when the getter ${what}`, () => {
          const log = new RecordedLog();
          try {
            assert.equal(untypedInvoke(propagatorWith(), 'extract', ROOT_CONTEXT, {}, getter), ROOT_CONTEXT);
            assert.ok(log.lines.length < 2);
          } finally {
            log.stop();
          }
        });
      }

      it('says that headers could not be read', () => {
        const log = new RecordedLog();
        try {
          propagatorWith().extract(ROOT_CONTEXT, {}, { keys: throwing, get: throwing });
          assert.match(log.lines.join(), /^warn: .*hostile/);
        } finally {
          log.stop();
        }
      });

      for (const carrier of [undefined, null, 7, 'text', []]) {
        it(`finds nothing in ${JSON.stringify(carrier)}`, () => {
          assert.equal(propagatorWith().extract(ROOT_CONTEXT, carrier, defaultTextMapGetter), ROOT_CONTEXT);
        });
      }

      it('never throws', () => {
        const header = fc.oneof(
          fc.string(),
          fc.anything(),
          fc.constantFrom<unknown>(
            sentryTrace(true),
            baggageOf(DSC),
            'sentry-a=%',
            '\ud800',
            'sentry-release=\udc00',
          ),
        );
        fc.assert(
          fc.property(header, header, (first, second) => {
            const context = extract({ 'sentry-trace': first, baggage: second });
            const remote = trace.getSpanContext(context);
            assert.ok(remote === undefined || trace.isSpanContextValid(remote));
          }),
        );
      });

      const builders: readonly (readonly [what: string, build: (size: number) => HeaderRecord])[] = [
        ['blanks before sentry-trace', size => ({ 'sentry-trace': ' '.repeat(size) + sentryTrace(true) })],
        [
          'blanks within sentry-trace',
          size => ({ 'sentry-trace': `${TRACE_ID}${' '.repeat(size)}-${SPAN_ID}` }),
        ],
        ['others in baggage', size => ({ ...sentryHeaders(true), baggage: 'a=1,'.repeat(size / 4) })],
        [
          'members in baggage',
          size => ({ ...sentryHeaders(true), baggage: 'sentry-a=%41,'.repeat(size / 8) }),
        ],
        [
          'headers',
          size => Object.fromEntries(Array.from({ length: size / 8 }, (_, index) => [`x-${index}`, '1'])),
        ],
      ];
      for (const [what, build] of builders) {
        it(`takes time in proportion to the number of ${what}`, () => {
          const propagator = propagatorWith();
          assertLinear(
            build,
            headers => propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter),
            65_536,
          );
        });
      }
    });
  });

  describe('inject', () => {
    it('writes the trace of the active span', () => {
      const service = new Service({ tracesSampleRate: 1, release: 'shop@1' });
      const root = service.start('GET', ROOT_CONTEXT, SERVER);
      const child = service.start('GET', root, CLIENT);
      const headers = service.send(child);
      const { traceId, spanId } = child.spanContext();
      assert.deepEqual(Object.keys(headers), ['sentry-trace', 'baggage']);
      assert.equal(headers['sentry-trace'], sentryTrace(true, traceId, spanId));
      const { sample_rand: rand, ...dsc } = parseSentryBaggage(headers['baggage']);
      assert.match(rand ?? '', /^0\.\d{6}$/);
      assert.deepEqual(dsc, {
        environment: 'production',
        release: 'shop@1',
        public_key: PUBLIC_KEY,
        trace_id: traceId,
        org_id: '7',
        transaction: 'GET /shop',
        sampled: 'true',
        sample_rate: '1',
      });
    });

    for (const sampled of [true, false, undefined]) {
      it(`hands a decision of ${sampled} on with tracing disabled`, () => {
        const service = new Service();
        const span = service.start('GET', service.receive(sentryHeaders(sampled, UNDECIDED_DSC)), SERVER);
        const headers = service.send(span);
        assert.equal(headers['sentry-trace'], sentryTrace(sampled, TRACE_ID, span.spanContext().spanId));
        assert.equal(headers['baggage'], baggageOf(UNDECIDED_DSC));
      });

      it(`hands a decision of ${sampled} on when only the span of the caller is active`, () => {
        const service = new Service();
        const headers = service.send(service.receive(sentryHeaders(sampled, UNDECIDED_DSC)));
        assert.deepEqual(headers, {
          'sentry-trace': sentryTrace(sampled),
          baggage: baggageOf(UNDECIDED_DSC),
        });
      });
    }

    it('writes the same context with every request of a trace, whatever the root is called meanwhile', () => {
      const service = new Service({ tracesSampleRate: 1 });
      const root = service.start('job', ROOT_CONTEXT);
      const first = service.send(service.start('GET', root, CLIENT))['baggage'];
      root.updateName('other');
      root.setAttribute('http.route', '/other');
      assert.equal(service.send(service.start('GET', root, CLIENT))['baggage'], first);
      assert.equal(service.send(root)['baggage'], first);
    });

    it('writes no baggage when the head sent none', () => {
      const service = new Service({ tracesSampleRate: 1 });
      for (const sampled of [true, false, undefined]) {
        const received = service.receive({ 'sentry-trace': sentryTrace(sampled), baggage: 'tenant=42' });
        assert.deepEqual(Object.keys(service.send(service.start('GET', received, SERVER))), ['sentry-trace']);
      }
    });

    describe('without a DSN', () => {
      const service = new Service({ dsn: '', tracesSampleRate: 1 });

      it('hands an incoming trace on as it came', () => {
        const span = service.start('GET', service.receive(sentryHeaders(true)), SERVER);
        const headers = service.send(span);
        assert.equal(headers['sentry-trace'], sentryTrace(true, TRACE_ID, span.spanContext().spanId));
        assert.equal(headers['baggage'], baggageOf(DSC));
      });

      it('writes no context of its own: nobody takes one without a public key', () => {
        const span = service.start('GET', ROOT_CONTEXT, SERVER);
        const { traceId, spanId } = span.spanContext();
        assert.deepEqual(service.send(span), { 'sentry-trace': sentryTrace(true, traceId, spanId) });
        assert.deepEqual(service.send(span, { baggage: 'tenant=42' })['baggage'], 'tenant=42');
      });
    });

    describe('writes nothing', () => {
      const service = new Service({ tracesSampleRate: 1 });
      const span = service.start('GET', ROOT_CONTEXT, CLIENT);
      const contexts: readonly (readonly [what: string, context: Context])[] = [
        ['without a span', ROOT_CONTEXT],
        ['for an invalid span', trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT)],
        [
          'for a span with an invalid id',
          trace.setSpanContext(ROOT_CONTEXT, remoteSpan({ spanId: ZERO_SPAN_ID })),
        ],
        ['while tracing is suppressed', suppressTracing(contextOf(span))],
        ['after a trace was refused', extract(sentryHeaders(true), { orgId: '8' })],
      ];
      for (const [what, context] of contexts) {
        it(what, () => {
          assert.deepEqual(service.send(context), {});
          const others = { baggage: 'tenant=42,sentry-release=x', other: '1' };
          assert.deepEqual(service.send(context, { ...others }), others);
        });
      }

      it('to Sentry', () => {
        const client = service.start(
          'POST',
          ROOT_CONTEXT,
          clientTo('https://o7.ingest.sentry.io/api/11/envelope/'),
        );
        assert.deepEqual(service.send(client), {});
      });
    });

    describe('into what is there already', () => {
      const service = new Service({ tracesSampleRate: 1 });
      const span = service.start('GET', ROOT_CONTEXT, CLIENT);
      const own = service.send(span);

      it("keeps others' members of baggage byte for byte", () => {
        const others = ' a = 1 ;p=x, b=%zz ,c=größe';
        const headers = service.send(span, { baggage: others });
        assert.equal(headers['baggage'], `${others},${String(own['baggage'])}`);
      });

      it('replaces members of Sentry that nobody can have meant', () => {
        const headers = service.send(span, { baggage: 'a=1,sentry-release=old,b=2' });
        assert.equal(headers['baggage'], `a=1,b=2,${String(own['baggage'])}`);
      });

      const pairs: readonly (readonly [what: string, headers: HeaderRecord])[] = [
        ['a pair', { 'sentry-trace': sentryTrace(true, OTHER_TRACE_ID), baggage: 'sentry-release=x,a=1' }],
        [
          'a pair with capitals',
          { 'Sentry-Trace': sentryTrace(true, OTHER_TRACE_ID), Baggage: 'sentry-release=x,a=1' },
        ],
        [
          'a pair of lists',
          { 'sentry-trace': [sentryTrace(false, OTHER_TRACE_ID)], baggage: ['sentry-release=x'] },
        ],
        ['sentry-trace alone', { 'sentry-trace': sentryTrace(undefined, OTHER_TRACE_ID) }],
        ['a sentry-trace that is broken', { 'sentry-trace': 'broken', baggage: 'a=1' }],
      ];
      for (const [what, headers] of pairs) {
        it(`keeps ${what} that somebody wrote before`, () => {
          const log = new RecordedLog();
          try {
            assert.deepEqual(service.send(span, { ...headers }), headers);
            assert.deepEqual(log.lines, []);
          } finally {
            log.stop();
          }
          const withTraceparent = new Service({ tracesSampleRate: 1, propagateTraceparent: true });
          assert.deepEqual(withTraceparent.send(withTraceparent.start('GET'), { ...headers }), headers);
        });
      }

      it('completes the baggage of a header of the same trace that lost it', () => {
        const { traceId } = span.spanContext();
        const first = sentryTrace(true, traceId, OTHER_SPAN_ID);
        for (const baggage of [undefined, '', 'tenant=42']) {
          const headers = service.send(span, {
            'sentry-trace': first,
            ...(baggage !== undefined && { baggage }),
          });
          assert.equal(headers['sentry-trace'], first);
          assert.equal(headers['baggage'], `${baggage ? `${baggage},` : ''}${String(own['baggage'])}`);
        }
      });

      it('leaves the baggage of a header of the same trace that has one', () => {
        const { traceId } = span.spanContext();
        const pair = {
          'sentry-trace': sentryTrace(true, traceId, OTHER_SPAN_ID),
          baggage: 'sentry-release=x',
        };
        assert.deepEqual(service.send(span, { ...pair }), pair);
      });

      it('replaces the headers of a message that is passed on', () => {
        const received = service.receive(sentryHeaders(true));
        const producer = service.start('send', service.start('process', received), MESSAGE);
        const message = { ...sentryHeaders(true), other: '1' };
        const headers = service.send(contextOf(producer, received), { ...message });
        assert.equal(headers['sentry-trace'], sentryTrace(true, TRACE_ID, producer.spanContext().spanId));
        assert.equal(headers['baggage'], message.baggage);
        assert.equal(headers['other'], '1');
      });

      it('replaces them in their own spelling', () => {
        const received = service.receive(sentryHeaders(true));
        const producer = service.start('send', received, MESSAGE);
        const headers = service.send(contextOf(producer, received), {
          'SENTRY-TRACE': sentryTrace(true),
          Baggage: 'a=1',
        });
        assert.deepEqual(Object.keys(headers), ['SENTRY-TRACE', 'Baggage']);
      });

      it('replaces empty headers', () => {
        const headers = service.send(span, { 'sentry-trace': '', baggage: '' });
        assert.deepEqual(headers, own);
      });

      it('takes members of Sentry away when the head sent none', () => {
        const received = service.receive({ 'sentry-trace': sentryTrace(true) });
        const producer = service.start('send', received, MESSAGE);
        const headers = service.send(contextOf(producer, received), {
          'sentry-trace': sentryTrace(true),
          baggage: 'a=1,sentry-release=x',
        });
        assert.equal(headers['baggage'], 'a=1');
      });
    });

    for (const { name, create, setter, entries } of CARRIER_SHAPES) {
      describe(`into ${name}`, () => {
        const service = new Service({ tracesSampleRate: 1 });
        const received = service.receive(sentryHeaders(true));
        const span = service.start('send', received, MESSAGE);
        const context = contextOf(span, received);
        const expected = sentryTrace(true, TRACE_ID, span.spanContext().spanId);
        const inject = (carrier: unknown, times = 1) => {
          for (let time = 0; time < times; time++) service.propagator.inject(context, carrier, setter);
          return entries(carrier);
        };

        it('writes both headers', () => {
          const headers = inject(create({}));
          assert.equal(headerOf(headers, 'sentry-trace'), expected);
          assert.equal(headerOf(headers, 'baggage'), baggageOf(DSC));
        });

        it("keeps others' headers and members", () => {
          const headers = inject(create({ other: '1', baggage: 'tenant=42;p=1' }));
          assert.equal(headerOf(headers, 'other'), '1');
          assert.equal(headerOf(headers, 'baggage'), `tenant=42;p=1,${baggageOf(DSC)}`);
        });

        it('keeps a pair that somebody wrote before', () => {
          const pair = { 'sentry-trace': sentryTrace(true, OTHER_TRACE_ID), baggage: 'sentry-release=x' };
          const headers = inject(create(pair));
          assert.equal(headerOf(headers, 'sentry-trace'), pair['sentry-trace']);
          assert.equal(headerOf(headers, 'baggage'), pair.baggage);
        });

        it('replaces the headers the message arrived with', () => {
          const headers = inject(create(sentryHeaders(true)));
          assert.equal(headerOf(headers, 'sentry-trace'), expected);
          assert.equal(headerOf(headers, 'baggage'), baggageOf(DSC));
        });

        it('writes the same a hundred times', () => {
          for (const before of [{}, { baggage: 'tenant=42' }, sentryHeaders(true)]) {
            assert.deepEqual(inject(create(before), 100), inject(create(before)));
          }
        });
      });
    }

    describe('with tracePropagationTargets', () => {
      const isSent = (service: Service, options: SpanOptions, parent?: Span): boolean => {
        const headers = service.send(service.start('x', parent, options));
        return 'sentry-trace' in headers;
      };

      for (const tracesSampleRate of [0, 1]) {
        const service = new Service({ tracesSampleRate, tracePropagationTargets: ['api.example.com'] });
        const fate = tracesSampleRate === 0 ? 'dropped' : 'kept';

        it(`sends only to them when spans are ${fate}`, () => {
          assert.equal(isSent(service, CLIENT), true);
          assert.equal(isSent(service, clientTo('https://other.com/')), false);
          assert.equal(
            isSent(service, {
              kind: SpanKind.CLIENT,
              attributes: { 'http.url': 'https://other.com/', 'http.method': 'GET' },
            }),
            false,
          );
        });

        it(`sends with messages, which have no URL, when spans are ${fate}`, () => {
          assert.equal(isSent(service, MESSAGE), true);
        });

        it(`sends no HTTP request whose URL is not known when spans are ${fate}`, () => {
          assert.equal(isSent(service, clientTo()), false);
          assert.equal(isSent(service, clientTo(), service.start('GET', ROOT_CONTEXT, SERVER)), false);
        });

        it(`looks at the URL of the request itself when spans are ${fate}, at none above it`, () => {
          const server = service.start('GET', ROOT_CONTEXT, {
            kind: SpanKind.SERVER,
            attributes: { 'http.method': 'GET', 'http.url': 'https://other.com/' },
          });
          assert.equal(isSent(service, CLIENT, server), true);
          assert.equal(isSent(service, MESSAGE, server), true);
          const client = service.start('GET', server, clientTo('https://other.com/'));
          assert.equal(isSent(service, CLIENT, client), true);
          assert.equal(isSent(service, MESSAGE, client), true);
        });

        it(`touches nothing that is there already when spans are ${fate}`, () => {
          const client = service.start('GET', ROOT_CONTEXT, clientTo('https://other.com/'));
          const headers = { baggage: 'a=1,sentry-release=x', tracestate: '' };
          assert.deepEqual(service.send(client, { ...headers }), headers);
        });

        it(`sends nothing at all with an empty list when spans are ${fate}`, () => {
          const silent = new Service({
            tracesSampleRate,
            tracePropagationTargets: [],
            propagateTraceparent: true,
          });
          for (const options of [CLIENT, MESSAGE, SERVER])
            assert.deepEqual(silent.send(silent.start('x', undefined, options)), {});
        });
      }

      it('still goes on with incoming traces', () => {
        const service = new Service({ tracePropagationTargets: [] });
        assert.equal(trace.getSpanContext(service.receive(sentryHeaders(true)))?.traceId, TRACE_ID);
      });

      it('concerns only our headers', () => {
        const service = new Service(
          { tracesSampleRate: 1, tracePropagationTargets: ['nowhere'] },
          {
            propagator: sentry =>
              new CoreComposite({
                propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator(), sentry],
              }),
          },
        );
        const context = baggageWith({ tenant: { value: '42' } });
        const headers = service.send(contextOf(service.start('GET', context, CLIENT), context));
        assert.equal(headers['baggage'], 'tenant=42');
        assert.ok('traceparent' in headers);
        assert.equal('sentry-trace' in headers, false);
      });
    });

    describe('with propagateTraceparent', () => {
      const send = (decision: boolean | undefined, headers: HeaderRecord = {}) => {
        const service = new Service({ propagateTraceparent: true });
        return service.send(service.receive(sentryHeaders(decision, UNDECIDED_DSC)), headers);
      };

      it('writes the same ids and the decision', () => {
        assert.equal(send(true)['traceparent'], traceparent('01'));
        assert.equal(send(false)['traceparent'], traceparent('00'));
      });

      it('writes none while nothing is decided: receivers would take it for a no', () => {
        assert.equal('traceparent' in send(undefined), false);
      });

      for (const key of ['traceparent', 'Traceparent']) {
        it(`keeps a ${key} that is there already`, () => {
          const headers = send(true, { [key]: 'theirs' });
          assert.equal(headerOf(headers, 'traceparent'), 'theirs');
          assert.ok('sentry-trace' in headers);
        });
      }

      it('is off unless asked for', () => {
        const service = new Service({ tracesSampleRate: 1 });
        assert.equal('traceparent' in service.send(service.start('x')), false);
      });
    });

    describe('when there is little room', () => {
      const service = new Service({ tracesSampleRate: 1, release: 'r'.repeat(150) });
      const span = service.start('GET', ROOT_CONTEXT, CLIENT);
      const own = String(service.send(span)['baggage']).length;

      for (const length of [
        MAX_BAGGAGE_CHARS - own - 1,
        MAX_BAGGAGE_CHARS - own,
        MAX_BAGGAGE_CHARS - 20,
        3 * MAX_BAGGAGE_CHARS,
      ]) {
        it(`never cuts the ${length} characters of others, and never writes half a context`, () => {
          const others = `x=${'y'.repeat(length - 2)}`;
          const baggage = String(service.send(span, { baggage: others })['baggage']);
          assert.ok(baggage.startsWith(others));
          assert.ok(baggage.length <= Math.max(MAX_BAGGAGE_CHARS, length));
          const names = Object.keys(parseSentryBaggage(baggage.slice(length + 1)));
          assert.ok([0, 6, 8].includes(names.length), names.join());
        });
      }
    });

    describe('with hostile input', () => {
      const service = new Service({ tracesSampleRate: 1 });
      const span = service.start('x', ROOT_CONTEXT, CLIENT);
      const throwing = () => {
        throw new Error('hostile');
      };

      let log: RecordedLog;
      beforeEach(() => {
        log = new RecordedLog();
      });
      afterEach(() => log.stop());

      const carriers: readonly (readonly [what: string, carrier: unknown])[] = [
        ['nothing', undefined],
        ['null', null],
        ['text', 'text'],
        ['a frozen object', Object.freeze({})],
        ['a get() that throws', { get: throwing }],
        ['a proxy that throws', new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing })],
        ['a value that throws', Object.defineProperty({}, 'baggage', { get: throwing, enumerable: true })],
        ['a value that is a symbol', { baggage: Symbol('x'), 'sentry-trace': Symbol('y') }],
        ['a megabyte of baggage', { baggage: 'x'.repeat(1024 * 1024) }],
      ];
      for (const [what, carrier] of carriers) {
        it(`does not throw for ${what}`, () => {
          service.propagator.inject(contextOf(span), carrier, defaultTextMapSetter);
          untypedInvoke(service.propagator, 'inject', contextOf(span), carrier, { set: throwing });
          untypedInvoke(service.propagator, 'inject', contextOf(span), carrier, undefined);
        });
      }

      it('says that it failed', () => {
        service.propagator.inject(contextOf(span), {}, { set: throwing });
        assert.match(log.lines.join('\n'), /^error: .*hostile/);
      });

      it('does not throw for a span that does', () => {
        for (const hostile of [
          { spanContext: throwing },
          {},
          { spanContext: () => undefined },
          { spanContext: () => 7 },
        ]) {
          const context = { ...ROOT_CONTEXT, getValue: () => hostile };
          untypedInvoke(service.propagator, 'inject', context, {}, defaultTextMapSetter);
        }
      });

      it('writes names with halves of surrogate pairs, well-formed', () => {
        const head = new Service({ tracesSampleRate: 1, release: 'a\ud800b' });
        const root = head.start('job \udc00');
        const { transaction, release } = parseSentryBaggage(head.send(root)['baggage']);
        assert.deepEqual([transaction, release], ['job \ufffd', 'a\ufffdb']);
      });

      it('writes values without control characters', () => {
        const head = new Service({ tracesSampleRate: 1, release: 'a\r\nx: y', environment: 'b\0c' });
        const headers = head.send(head.start('job\nname'));
        for (const value of Object.values(headers)) assert.match(String(value), /^[\x21-\x7e]+$/);
      });

      it('takes time in proportion to the baggage of others', () => {
        for (const unit of ['a=1,', 'sentry-a=1,', ' ', ',', 'sentry-']) {
          assertLinear(
            size => unit.repeat(size / unit.length),
            baggage => service.send(span, { baggage }),
            65_536,
          );
        }
      });
    });
  });
});

/** Every order in which three propagators can be registered. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    orders(items.filter((_, other) => other !== index)).map(rest => [item, ...rest]),
  );
}

type PropagatorName = 'w3c' | 'baggage' | 'sentry';

interface Family {
  readonly family: string;
  readonly composite: (propagators: TextMapPropagator[]) => TextMapPropagator;
  readonly w3c: () => TextMapPropagator;
  readonly baggage: () => TextMapPropagator;
}

const FAMILIES: readonly Family[] = [
  {
    family: '@opentelemetry/core',
    composite: propagators => new CoreComposite({ propagators }),
    w3c: () => new W3CTraceContextPropagator(),
    baggage: () => new W3CBaggagePropagator(),
  },
  {
    family: 'this package',
    composite: propagators => new CompositePropagator(propagators),
    w3c: () => new TraceContextPropagator(),
    baggage: () => new BaggagePropagator(),
  },
];

for (const { family, composite, w3c, baggage } of FAMILIES) {
  for (const order of orders<PropagatorName>(['w3c', 'baggage', 'sentry'])) {
    describe(`[${order.join(', ')}] of ${family}`, () => {
      const isBeforeSentry = (name: PropagatorName) => order.indexOf(name) < order.indexOf('sentry');

      function serviceWith(options: SentryBridgeOptions = {}, sampler?: ServiceInit['sampler']): Service {
        return new Service(options, {
          propagator: sentry =>
            composite(order.map(name => ({ w3c: w3c(), baggage: baggage(), sentry })[name])),
          ...(sampler && { sampler }),
        });
      }

      function request(sampled: boolean | undefined, flags: string, dsc = DSC): HeaderRecord {
        return {
          'sentry-trace': sentryTrace(sampled),
          traceparent: traceparent(flags),
          tracestate: 'vendor=1',
          baggage: `tenant=42;p=1,${baggageOf(dsc)}`,
        };
      }

      function assertOneTrace(headers: HeaderRecord, span: Span, traceId = TRACE_ID): void {
        const { spanId } = span.spanContext();
        assert.equal(span.spanContext().traceId, traceId);
        const header = parseSentryTrace(headers['sentry-trace']);
        assert.deepEqual([header?.traceId, header?.parentSpanId], [traceId, spanId]);
        assert.match(String(headers['traceparent']), new RegExp(`^00-${traceId}-${spanId}-0[01]$`));
      }

      for (const sampled of [true, false]) {
        for (const flags of ['00', '01']) {
          for (const tracesSampleRate of [0, 1, undefined]) {
            it(`goes on with a trace decided as ${sampled} beside flags ${flags} at rate ${tracesSampleRate}`, () => {
              const service = serviceWith({ tracesSampleRate });
              const received = service.receive(request(sampled, flags));
              const server = service.start('GET', received, SERVER);
              const client = service.start('GET', contextOf(server, received), CLIENT);
              assert.equal(client.isRecording(), sampled && tracesSampleRate !== undefined);
              for (const span of [server, client]) {
                const headers = service.send(contextOf(span, received));
                assertOneTrace(headers, span);
                assert.equal(parseSentryTrace(headers['sentry-trace'])?.sampled, sampled);
                assert.deepEqual(parseSentryBaggage(headers['baggage']), { ...DSC });
                assert.ok(String(headers['baggage']).split(',').includes('tenant=42;p=1'));
                assert.equal(headers['tracestate'], 'vendor=1');
              }
            });
          }
        }
      }

      for (const tracesSampleRate of [0, 1]) {
        it(`decides about a trace that was left open at rate ${tracesSampleRate}`, () => {
          const service = serviceWith({ tracesSampleRate });
          const received = service.receive(request(undefined, '00', UNDECIDED_DSC));
          const span = service.start('GET', received, SERVER);
          const headers = service.send(contextOf(span, received));
          assertOneTrace(headers, span);
          assert.equal(parseSentryTrace(headers['sentry-trace'])?.sampled, tracesSampleRate === 1);
          const { sample_rate: rate, ...dsc } = parseSentryBaggage(headers['baggage']);
          assert.deepEqual(dsc, withoutKey(UNDECIDED_DSC, 'sample_rate'));
          // A baggage propagator behind ours carries the members as they came.
          if (isBeforeSentry('baggage')) assert.equal(rate, String(tracesSampleRate));
        });
      }

      it('passes the span of the caller on when no other is active', () => {
        const service = serviceWith({ tracesSampleRate: 1 });
        const headers = service.send(service.receive(request(true, '01')));
        assert.equal(headers['sentry-trace'], sentryTrace(true));
        assert.equal(headers['traceparent'], traceparent('01'));
        assert.deepEqual(parseSentryBaggage(headers['baggage']), { ...DSC });
      });

      it('never mixes two traces', () => {
        const service = serviceWith({ tracesSampleRate: 1, release: 'shop@1' });
        const received = service.receive({
          ...request(true, '01'),
          traceparent: traceparent('01', OTHER_TRACE_ID, OTHER_SPAN_ID),
          baggage: baggageOf(DSC),
        });
        const span = service.start('GET', received, SERVER);
        const headers = service.send(contextOf(span, received));
        assertOneTrace(headers, span, isBeforeSentry('w3c') ? TRACE_ID : OTHER_TRACE_ID);
        if (!isBeforeSentry('baggage')) return;
        const dsc = parseSentryBaggage(headers['baggage']);
        assert.equal(dsc['trace_id'], span.spanContext().traceId);
        assert.equal(dsc['release'], isBeforeSentry('w3c') ? DSC['release'] : 'shop@1');
      });

      for (const tracesSampleRate of [0, 1, undefined]) {
        it(`begins a trace at rate ${tracesSampleRate}, and shows nothing of Sentry in tracestate`, () => {
          const service = serviceWith({ tracesSampleRate });
          const context = baggageWith({ tenant: { value: '42' } });
          const server = service.start('GET', context, SERVER);
          const client = service.start('GET', contextOf(server, context), CLIENT);
          for (const span of [server, client]) {
            const headers = service.send(contextOf(span, context));
            assertOneTrace(headers, span, server.spanContext().traceId);
            assert.equal(headers['tracestate'] ?? '', '');
            assert.ok(String(headers['baggage']).split(',').includes('tenant=42'));
          }
        });

        it(`follows a W3C trace at rate ${tracesSampleRate}, with the trace state of others`, () => {
          const service = serviceWith({ tracesSampleRate });
          const received = service.receive({
            traceparent: traceparent('00'),
            tracestate: 'vendor=1,other=2',
          });
          const span = service.start('GET', received, SERVER);
          const headers = service.send(contextOf(span, received));
          assertOneTrace(headers, span);
          assert.equal(headers['tracestate'], 'vendor=1,other=2');
          assert.equal(
            parseSentryTrace(headers['sentry-trace'])?.sampled,
            tracesSampleRate === undefined ? undefined : tracesSampleRate === 1,
          );
          assert.equal(parseSentryBaggage(headers['baggage'])['trace_id'], TRACE_ID);
        });
      }

      for (const [what, headers] of [
        ['a trace of another service', request(true, '01')],
        ['a trace of another service without others', { ...request(true, '01'), baggage: baggageOf(DSC) }],
        ['a trace that begins here', { baggage: 'tenant=42' }],
      ] as const) {
        it(`writes the same a hundred times into one carrier: ${what}`, () => {
          const service = serviceWith({ tracesSampleRate: 1 });
          const received = service.receive(headers);
          const span = service.start('GET', received, CLIENT);
          const carrier: HeaderRecord = {};
          const once = { ...service.send(contextOf(span, received), carrier) };
          for (let time = 1; time < 100; time++) service.send(contextOf(span, received), carrier);
          assert.deepEqual(carrier, once);
        });
      }

      it('writes nothing while tracing is suppressed', () => {
        const service = serviceWith({ tracesSampleRate: 1 });
        const received = service.receive(request(true, '01'));
        const span = service.start('GET', received, CLIENT);
        assert.deepEqual(service.send(suppressTracing(contextOf(span, received))), {});
      });

      it('says the same when OpenTelemetry decides about children', () => {
        const service = serviceWith({ tracesSampleRate: 0 }, root => new ParentBasedSampler({ root }));
        const received = service.receive(request(true, '00'));
        const server = service.start('GET', received, SERVER);
        const headers = service.send(contextOf(server, received));
        assertOneTrace(headers, server);
        assert.deepEqual(parseSentryBaggage(headers['baggage']), { ...DSC });
        assert.equal(headers['tracestate'], 'vendor=1');
      });

      it('says the same when another sampler keeps everything', () => {
        const service = serviceWith({}, () => new AlwaysOnSampler());
        const received = service.receive(request(true, '01'));
        const child = service.start('x', contextOf(service.start('GET', received, SERVER), received), CLIENT);
        const headers = service.send(contextOf(child, received));
        assertOneTrace(headers, child);
        assert.deepEqual(parseSentryBaggage(headers['baggage']), { ...DSC });
      });
    });
  }
}
