import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  createContextKey,
  createTraceState,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type SpanOptions,
} from '@opentelemetry/api';
import { suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { SentryBridgeOptions } from '../src/options.js';
import { SentrySampler } from '../src/sampler.js';
import { sampleRandOf } from '../src/sampling/sample-rand.js';
import type { SamplingContext } from '../src/sampling/decision.js';
import { carriedState } from '../src/trace-state/state-carrier.js';
import { lossesOf } from './support/accounts.js';
import { RecordedLog } from './support/recorded-log.js';
import { contextOf, fateOf, isSampled, segmentOf, Service } from './support/service.js';
import { sharedOf } from './support/shared.js';
import {
  DSC,
  DSN,
  OTHER_TRACE_ID,
  remoteSpan,
  sentryHeaders,
  sentryTrace,
  SPAN_ID,
  TRACE_ID,
  traceparent,
} from './support/trace-headers.js';
import { untypedAttributes, untypedInvoke, untypedOptions } from './support/untyped.js';

const SERVER: SpanOptions = {
  kind: SpanKind.SERVER,
  attributes: { 'http.request.method': 'GET', 'http.route': '/shop/:id' },
};
const CLIENT: SpanOptions = {
  kind: SpanKind.CLIENT,
  attributes: { 'http.request.method': 'GET', 'url.full': 'https://api.example.com/things' },
};

/** Ids that look random and are the same in every run. */
function traceIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    createHash('md5').update(`trace ${index}`).digest('hex'),
  );
}

/** A context whose active span is another tracer's, in this process. */
function belowForeign(traceFlags: number, base: Context = ROOT_CONTEXT): Context {
  return trace.setSpanContext(base, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags });
}

describe('SentrySampler', () => {
  it('calls itself by its name', () => assert.equal(new SentrySampler().toString(), 'SentrySampler'));

  it('throws for an unusable option', () => {
    assert.throws(() => new SentrySampler({ tracesSampleRate: 2 }), TypeError);
  });

  describe('at a root', () => {
    const matrix: readonly (readonly [
      incoming: boolean | undefined | 'none',
      rate: number | undefined,
      fate: 'sampled' | 'dropped',
      decision: boolean | undefined,
    ])[] = [
      ['none', undefined, 'dropped', undefined],
      ['none', 0, 'dropped', false],
      ['none', 1, 'sampled', true],
      [undefined, undefined, 'dropped', undefined],
      [undefined, 0, 'dropped', false],
      [undefined, 1, 'sampled', true],
      [true, undefined, 'dropped', true],
      [true, 0, 'sampled', true],
      [true, 1, 'sampled', true],
      [false, undefined, 'dropped', false],
      [false, 0, 'dropped', false],
      [false, 1, 'dropped', false],
    ];
    for (const [incoming, rate, fate, decision] of matrix) {
      const { sampled: _, ...dsc } = DSC;
      const from = incoming === 'none' ? 'without a caller' : `when the caller says ${incoming}`;
      it(`has the span ${fate} and says ${decision} ${from} and the rate is ${rate}`, () => {
        const service = new Service({ tracesSampleRate: rate });
        const received = incoming === 'none' ? ROOT_CONTEXT : service.receive(sentryHeaders(incoming, dsc));
        const span = service.start('GET', received, SERVER);
        assert.equal(fateOf(span), fate);
        assert.equal(segmentOf(span)?.sampled, decision);
      });
    }

    it('lets tracesSampler win over caller and rate', () => {
      const dropping = new Service({ tracesSampler: () => 0, tracesSampleRate: 1 });
      assert.equal(fateOf(dropping.start('GET', dropping.receive(sentryHeaders(true)))), 'dropped');
      const keeping = new Service({ tracesSampler: () => 1, tracesSampleRate: 0 });
      assert.equal(fateOf(keeping.start('GET', keeping.receive(sentryHeaders(false)))), 'sampled');
    });

    it('notes the rate that was applied, on the span', () => {
      assert.equal(sampleRateOf({ tracesSampleRate: 1 }), 1);
      assert.equal(sampleRateOf({ tracesSampler: () => 0.999_999_9 }), 0.999_999_9);
    });

    it('notes no rate when the decision was taken over', () => {
      const sampler = new SentrySampler({ tracesSampleRate: 1 });
      const service = new Service();
      const result = sampler.shouldSample(
        service.receive(sentryHeaders(true)),
        TRACE_ID,
        'x',
        SpanKind.SERVER,
        {},
      );
      assert.equal(result.decision, 2);
      assert.equal(result.attributes, undefined);
    });

    it('asks tracesSampler again at every local root of one trace, and with the same random number', () => {
      const contexts: SamplingContext[] = [];
      const service = new Service({
        tracesSampler: samplingContext => {
          contexts.push(samplingContext);
          return 0.5;
        },
      });
      const { sampled: _, sample_rand: __, ...dsc } = DSC;
      const received = service.receive(sentryHeaders(undefined, dsc));
      const fates = Array.from({ length: 5 }, () => fateOf(service.start('GET', received, SERVER)));
      assert.equal(contexts.length, 5);
      assert.equal(new Set(fates).size, 1);
    });

    it('starts a new trace below an invalid span, and decides about it', () => {
      const service = new Service({ tracesSampleRate: 1 });
      const span = service.start('x', trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT));
      assert.equal(fateOf(span), 'sampled');
      assert.equal(segmentOf(span)?.sampleRate, 1);
    });

    it('decides anew about a span that asks for a new trace within another', () => {
      const service = new Service({ tracesSampleRate: 0 });
      const received = service.receive(sentryHeaders(true));
      const outer = service.start('outer', received, SERVER);
      const inner = service.start('inner', contextOf(outer, received), { root: true });
      assert.equal(fateOf(outer), 'sampled');
      assert.equal(fateOf(inner), 'dropped');
      assert.notEqual(inner.spanContext().traceId, TRACE_ID);
    });

    it('is not asked while tracing is suppressed', () => {
      let calls = 0;
      const service = new Service({ tracesSampler: () => ++calls });
      assert.equal(service.start('x', suppressTracing(ROOT_CONTEXT)).isRecording(), false);
      assert.equal(calls, 0);
      assert.deepEqual(lossesOf(service.shared.losses), {});
    });
  });

  describe('behind traceparent alone', () => {
    const matrix: readonly (readonly [
      flags: string,
      options: SentryBridgeOptions,
      fate: 'sampled' | 'dropped',
      decision: boolean | undefined,
    ])[] = [
      ['01', { tracesSampleRate: 0 }, 'sampled', true],
      ['03', { tracesSampleRate: 0 }, 'sampled', true],
      ['00', { tracesSampleRate: 1 }, 'sampled', true],
      ['00', { tracesSampleRate: 0 }, 'dropped', false],
      ['00', { tracesSampleRate: 1, w3cUnsampled: 'inherit' }, 'dropped', false],
      ['02', { tracesSampleRate: 1, w3cUnsampled: 'inherit' }, 'dropped', false],
      ['01', { tracesSampleRate: 0, w3cUnsampled: 'inherit' }, 'sampled', true],
      ['01', {}, 'dropped', true],
      ['00', {}, 'dropped', undefined],
      ['00', { w3cUnsampled: 'inherit' }, 'dropped', false],
    ];
    for (const [flags, options, fate, decision] of matrix) {
      it(`has the span ${fate} and says ${decision} with flags ${flags} and ${JSON.stringify(options)}`, () => {
        const service = new Service(options, { propagator: () => new W3CTraceContextPropagator() });
        const received = service.receive({ traceparent: traceparent(flags), tracestate: 'vendor=1' });
        const span = service.start('GET', received, SERVER);
        assert.equal(span.spanContext().traceId, TRACE_ID);
        assert.equal(fateOf(span), fate);
        assert.equal(segmentOf(span)?.sampled, decision);
        assert.equal(span.spanContext().traceState?.serialize(), 'vendor=1');
      });
    }
  });

  describe('skipMethods', () => {
    const cases: readonly (readonly [
      method: string,
      options: SentryBridgeOptions,
      fate: 'sampled' | 'dropped',
    ])[] = [
      ['OPTIONS', {}, 'dropped'],
      ['head', {}, 'dropped'],
      ['GET', {}, 'sampled'],
      ['OPTIONS', { skipMethods: [] }, 'sampled'],
      ['OPTIONS', { skipMethods: ['trace'] }, 'sampled'],
      ['TRACE', { skipMethods: ['trace'] }, 'dropped'],
    ];
    for (const [method, options, fate] of cases) {
      it(`has a ${method} request ${fate} with ${JSON.stringify(options)}, as it has what is below`, () => {
        const service = new Service({ tracesSampleRate: 1, ...options });
        const attributes = { 'http.request.method': method };
        const root = service.start('x', ROOT_CONTEXT, { kind: SpanKind.SERVER, attributes });
        const child = service.start('y', root);
        assert.deepEqual([root, child].map(fateOf), [fate, fate]);
        assert.deepEqual(lossesOf(service.shared.losses), {});
        assert.equal(segmentOf(child)?.sampleRate, fate === 'sampled' ? 1 : 0);
      });
    }
  });

  describe('below a span of this process', () => {
    it('keeps what is below a kept span, without asking tracesSampler', () => {
      let calls = 0;
      const service = new Service({ tracesSampler: () => ++calls });
      const root = service.start('root');
      const child = service.start('child', root, CLIENT);
      const grandchild = service.start('grandchild', child, SERVER);
      assert.deepEqual([root, child, grandchild].map(fateOf), ['sampled', 'sampled', 'sampled']);
      assert.equal(calls, 1);
      assert.equal(segmentOf(grandchild), segmentOf(root));
    });

    it('drops what is below a dropped span, all of it', () => {
      const service = new Service({ tracesSampleRate: 0 });
      const root = service.start('root', ROOT_CONTEXT, SERVER);
      const client = service.start('client', root, CLIENT);
      const below = service.start('below', client);
      assert.deepEqual([root, client, below].map(fateOf), ['dropped', 'dropped', 'dropped']);
      for (const span of [client, below]) assert.equal(segmentOf(span), segmentOf(root));
    });

    it('leaves open what is below a span that was left open', () => {
      const service = new Service({ tracesSampleRate: 1, httpClientRoots: 'drop' });
      const client = service.start('client', ROOT_CONTEXT, CLIENT);
      const child = service.start('child', client);
      assert.equal(fateOf(child), 'dropped');
      assert.equal(segmentOf(child)?.sampled, undefined);
      assert.deepEqual(lossesOf(service.shared.losses), { 'no_parent_span/span': 1 });
    });

    for (const [flags, fate] of [
      [0, 'dropped'],
      [1, 'sampled'],
      [2, 'dropped'],
      [3, 'sampled'],
    ] as const) {
      it(`has a span ${fate} below another tracer's with flags ${flags}`, () => {
        const service = new Service({ tracesSampleRate: flags === 1 ? 0 : 1 });
        const log = new RecordedLog();
        try {
          assert.equal(fateOf(service.start('x', belowForeign(flags))), fate);
          assert.deepEqual(
            log.lines.filter(line => line.startsWith('error')),
            [],
          );
        } finally {
          log.stop();
        }
      });
    }

    it('skips no method and drops no client there', () => {
      const service = new Service({ tracesSampleRate: 1, httpClientRoots: 'drop' });
      const root = service.start('root');
      const options: SpanOptions = { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'HEAD' } };
      assert.equal(fateOf(service.start('x', root, options)), 'sampled');
      assert.equal(fateOf(service.start('x', root, CLIENT)), 'sampled');
    });
  });

  describe('by the random number of the trace', () => {
    it('gives the same answer in every process', () => {
      const options: SentryBridgeOptions = { tracesSampleRate: 0.3 };
      const ids = traceIds(500);
      const [first, second] = [
        new Service(options, { traceIds: ids }),
        new Service(options, { traceIds: ids }),
      ];
      for (const id of ids) {
        const [here, there] = [first.start('here'), second.start('there', ROOT_CONTEXT, SERVER)];
        assert.equal(here.spanContext().traceId, id);
        assert.equal(fateOf(here), fateOf(there));
        assert.equal(isSampled(here), sampleRandOf(id) < 0.3);
      }
    });

    it('keeps at a higher rate what it keeps at a lower one', () => {
      const ids = traceIds(500);
      const [low, high] = [
        new Service({ tracesSampleRate: 0.2 }, { traceIds: ids }),
        new Service({ tracesSampleRate: 0.4 }, { traceIds: ids }),
      ];
      for (const _ of ids) {
        const [rare, frequent] = [low.start('x'), high.start('x')];
        assert.ok(!isSampled(rare) || isSampled(frequent));
      }
    });

    for (const rate of [0.01, 0.1, 0.5, 0.9]) {
      it(`keeps about ${rate} of 20,000 traces, and counts the rest`, () => {
        const ids = traceIds(20_000);
        const service = new Service({ tracesSampleRate: rate }, { traceIds: ids });
        const kept = ids.filter(() => isSampled(service.start('x'))).length;
        const deviation = Math.sqrt(20_000 * rate * (1 - rate));
        assert.ok(Math.abs(kept - 20_000 * rate) < 4 * deviation, `${kept} were kept`);
        const lost = 20_000 - kept;
        assert.deepEqual(lossesOf(service.shared.losses), {
          'sample_rate/transaction': lost,
          'sample_rate/span': lost,
        });
      });
    }

    it("is independent of what OpenTelemetry's ratio sampler lets through before it", () => {
      const ids = traceIds(20_000);
      const ratio = new TraceIdRatioBasedSampler(0.1);
      const service = new Service({ tracesSampleRate: 0.1 }, { traceIds: ids });
      const both = ids.filter(id => {
        const span = service.start('x');
        return isSampled(span) && String(ratio.shouldSample(ROOT_CONTEXT, id).decision) === '2';
      }).length;
      assert.ok(both > 140 && both < 260, `${both} of 20000 passed both, 200 are expected`);
    });
  });

  describe('tracesSampler', () => {
    it('is told what is known when the span starts', () => {
      const given: unknown[] = [];
      const service = new Service({
        tracesSampler: ({ name, attributes, parentSampled, parentSampleRate }) => {
          given.push({ name, attributes: { ...attributes }, parentSampled, parentSampleRate });
          return 1;
        },
      });
      service.start('GET', service.receive(sentryHeaders(true)), SERVER);
      assert.deepEqual(given, [
        {
          name: 'GET /shop/:id',
          attributes: { 'http.request.method': 'GET', 'http.route': '/shop/:id' },
          parentSampled: true,
          parentSampleRate: 0.5,
        },
      ]);
    });

    const thrown: readonly (readonly [name: string, error: unknown])[] = [
      ['an error', new Error('broken')],
      ['text', 'broken'],
      ['nothing', undefined],
      ['null', null],
      ['an object that cannot be printed', Object.create(null)],
      [
        'an error whose message throws',
        Object.defineProperty(new Error('x'), 'message', {
          get: () => {
            throw new Error('again');
          },
        }),
      ],
    ];
    for (const [name, error] of thrown) {
      it(`does no harm when it throws ${name}`, () => {
        const tracesSampler = () => {
          throw error;
        };
        const kept = new Service({ tracesSampler, tracesSampleRate: 1 });
        assert.equal(fateOf(kept.start('x')), 'sampled');
        const lost = new Service({ tracesSampler });
        assert.equal(fateOf(lost.start('x')), 'dropped');
        assert.deepEqual(lossesOf(lost.shared.losses), {
          'callback_error/transaction': 1,
          'callback_error/span': 1,
        });
      });
    }

    const absurd: readonly unknown[] = [
      undefined,
      null,
      Number.NaN,
      -1,
      7,
      'always',
      {},
      [],
      () => 1,
      Promise.resolve(1),
    ];
    for (const returned of absurd) {
      it(`drops the trace and counts it when it returns ${typeof returned} ${String(returned)}`, () => {
        const service = new Service(untypedOptions({ tracesSampler: () => returned, tracesSampleRate: 1 }));
        const span = service.start('x', ROOT_CONTEXT, SERVER);
        assert.equal(fateOf(span), 'dropped');
        assert.equal(segmentOf(span)?.sampleRate, undefined);
        assert.deepEqual(lossesOf(service.shared.losses), {
          'sample_rate/transaction': 1,
          'sample_rate/span': 1,
        });
      });
    }

    it('may change what it is given', () => {
      const service = new Service(
        untypedOptions({
          tracesSampler: (samplingContext: SamplingContext) => {
            Reflect.set(samplingContext.attributes, 'http.request.method', 'OPTIONS');
            Reflect.set(samplingContext, 'name', undefined);
            return 1;
          },
        }),
      );
      assert.equal(fateOf(service.start('x', ROOT_CONTEXT, SERVER)), 'sampled');
    });
  });

  describe('as the root of a ParentBasedSampler', () => {
    const wrapped = (options: SentryBridgeOptions) =>
      new Service(options, { sampler: root => new ParentBasedSampler({ root }) });

    it('decides about heads of traces, and children follow with the same state', () => {
      const service = wrapped({ tracesSampleRate: 1 });
      const root = service.start('root');
      const child = service.start('child', root);
      assert.deepEqual([root, child].map(fateOf), ['sampled', 'sampled']);
      assert.ok(segmentOf(root));
      assert.equal(segmentOf(child), segmentOf(root));
    });

    it('drops heads of traces, and children follow with the same state', () => {
      const service = wrapped({ tracesSampleRate: 0 });
      const root = service.start('root');
      const child = service.start('child', root, CLIENT);
      assert.deepEqual([root, child].map(fateOf), ['dropped', 'dropped']);
      assert.equal(segmentOf(child), segmentOf(root));
    });

    it('leaves what the caller said to be found on the spans', () => {
      const service = wrapped({ tracesSampleRate: 0 });
      const span = service.start('GET', service.receive(sentryHeaders(true)), SERVER);
      assert.equal(fateOf(span), 'sampled');
      assert.deepEqual(carriedState(span.spanContext())?.incoming?.dsc, { ...DSC });
    });

    it('can be asked about callers instead of believing their flags', () => {
      const service = new Service(
        { tracesSampleRate: 1 },
        { sampler: root => new ParentBasedSampler({ root, remoteParentNotSampled: root }) },
      );
      const { sampled: _, ...dsc } = DSC;
      assert.equal(fateOf(service.start('GET', service.receive(sentryHeaders(undefined, dsc)))), 'sampled');
      assert.equal(fateOf(service.start('GET', service.receive(sentryHeaders(false)))), 'dropped');
    });
  });

  it('is not missed when another sampler decides', () => {
    const service = new Service({ tracesSampleRate: 1 }, { sampler: () => new AlwaysOffSampler() });
    const span = service.start('x', service.receive(sentryHeaders(true)));
    assert.equal(fateOf(span), 'dropped');
    assert.equal(segmentOf(span), undefined);
  });

  describe('recordUnsampled', () => {
    const recording = (options: SentryBridgeOptions = {}) =>
      new Service({ recordUnsampled: true, ...options });

    it('records what is dropped, without the flag that would have it exported', () => {
      const service = recording({ tracesSampleRate: 0 });
      const root = service.start('root', ROOT_CONTEXT, SERVER);
      const child = service.start('child', root, CLIENT);
      assert.deepEqual([root, child].map(fateOf), ['recorded', 'recorded']);
      assert.equal(segmentOf(child), segmentOf(root));
      assert.equal(segmentOf(root)?.sampled, false);
    });

    it('does not change what is kept', () => {
      const service = recording({ tracesSampleRate: 1 });
      const root = service.start('root');
      assert.deepEqual([root, service.start('child', root)].map(fateOf), ['sampled', 'sampled']);
    });

    it('counts what is recorded only as lost to Sentry', () => {
      const service = recording({ tracesSampleRate: 0 });
      service.start('child', service.start('root'));
      assert.deepEqual(lossesOf(service.shared.losses), {
        'sample_rate/transaction': 1,
        'sample_rate/span': 2,
      });
    });

    it('records what a caller dropped', () => {
      const service = recording({ tracesSampleRate: 1 });
      assert.equal(fateOf(service.start('GET', service.receive(sentryHeaders(false)))), 'recorded');
    });

    it('records with tracing disabled as well', () => {
      assert.equal(fateOf(recording().start('x')), 'recorded');
    });

    it("records below another tracer's dropped span", () => {
      assert.equal(fateOf(recording({ tracesSampleRate: 1 }).start('x', belowForeign(0))), 'recorded');
    });
  });

  describe('counts', () => {
    const cases: readonly (readonly [
      what: string,
      options: SentryBridgeOptions,
      run: (service: Service) => void,
      expected: Record<string, number>,
    ])[] = [
      [
        'nothing of what is kept',
        { tracesSampleRate: 1 },
        service => void service.start('b', service.start('a')),
        {},
      ],
      [
        'a dropped root as a transaction and a span, and each span below it',
        { tracesSampleRate: 0 },
        service => {
          const root = service.start('root');
          service.start('c', service.start('b', root));
          service.start('d', root);
        },
        { 'sample_rate/transaction': 1, 'sample_rate/span': 4 },
      ],
      [
        'what the caller had dropped',
        { tracesSampleRate: 1 },
        service => void service.start('b', service.start('a', service.receive(sentryHeaders(false)))),
        { 'sample_rate/transaction': 1, 'sample_rate/span': 2 },
      ],
      [
        'what tracesSampler drops although the caller kept it',
        { tracesSampler: () => 0 },
        service => void service.start('a', service.receive(sentryHeaders(true))),
        { 'sample_rate/transaction': 1, 'sample_rate/span': 1 },
      ],
      [
        'nothing of what a skipped method hides',
        { tracesSampleRate: 1 },
        service =>
          void service.start('x', ROOT_CONTEXT, {
            kind: SpanKind.SERVER,
            attributes: { 'http.request.method': 'OPTIONS' },
          }),
        {},
      ],
      [
        'nothing with tracing disabled',
        {},
        service => void service.start('b', service.start('a', service.receive(sentryHeaders(false)))),
        {},
      ],
      [
        "nothing below another tracer's dropped span with tracing disabled",
        {},
        service => void service.start('x', belowForeign(0)),
        {},
      ],
      [
        "each span below another tracer's dropped span",
        { tracesSampleRate: 1 },
        service => void service.start('b', service.start('a', belowForeign(0))),
        { 'sample_rate/span': 2 },
      ],
      [
        "each span below a dropped span of another sampler that knew the caller's no",
        { tracesSampleRate: 1 },
        service => {
          const received = service.receive(sentryHeaders(false));
          const { traceState } = trace.getSpanContext(received) ?? {};
          const local = trace.setSpanContext(received, {
            ...remoteSpan({ isRemote: false }),
            ...(traceState && { traceState }),
          });
          service.start('x', local);
        },
        { 'sample_rate/span': 1 },
      ],
      [
        'a dropped root client once, and nothing below it',
        { tracesSampleRate: 1, httpClientRoots: 'drop' },
        service => void service.start('b', service.start('a', ROOT_CONTEXT, CLIENT)),
        { 'no_parent_span/span': 1 },
      ],
      [
        'spans below a root that a failing tracesSampler lost as not sampled',
        {
          tracesSampler: () => {
            throw new Error('broken');
          },
        },
        service => void service.start('b', service.start('a')),
        { 'callback_error/transaction': 1, 'callback_error/span': 1, 'sample_rate/span': 1 },
      ],
    ];
    for (const [what, options, run, expected] of cases) {
      it(what, () => {
        const service = new Service(options);
        run(service);
        assert.deepEqual(lossesOf(service.shared.losses), expected);
      });
    }
  });

  describe('trace state', () => {
    for (const tracesSampleRate of [0, 1]) {
      it(`keeps the members of others at rate ${tracesSampleRate}, and shows none of ours`, () => {
        const service = new Service({ tracesSampleRate });
        const traceState = createTraceState('vendor=1,other=2');
        const parent = trace.setSpanContext(ROOT_CONTEXT, remoteSpan({ traceState }));
        const root = service.start('GET', parent, SERVER);
        const child = service.start('GET', root, CLIENT);
        for (const span of [root, child]) {
          assert.equal(span.spanContext().traceState?.serialize(), 'vendor=1,other=2');
          assert.equal(span.spanContext().traceState?.get('vendor'), '1');
        }
      });

      it(`shows nothing when there is nothing of others at rate ${tracesSampleRate}`, () => {
        const service = new Service({ tracesSampleRate });
        const root = service.start('GET', service.receive(sentryHeaders()), SERVER);
        for (const span of [root, service.start('GET', root, CLIENT)]) {
          assert.equal(span.spanContext().traceState?.serialize() ?? '', '');
        }
      });
    }

    it('remembers where a request goes for the span itself, and for none below it', () => {
      const service = new Service({ tracesSampleRate: 0 });
      const server = service.start('GET', ROOT_CONTEXT, {
        kind: SpanKind.SERVER,
        attributes: { 'http.url': 'http://me/' },
      });
      const client = service.start('GET', server, CLIENT);
      const below = service.start('dns', client);
      const root = service.start('GET', ROOT_CONTEXT, CLIENT);
      const urls = [server, client, below, root].map(span => carriedState(span.spanContext())?.requestUrl);
      const url = 'https://api.example.com/things';
      assert.deepEqual(urls, [undefined, url, undefined, url]);
    });

    it('does not grow from span to span', () => {
      const service = new Service({ tracesSampleRate: 0 });
      let span = service.start('GET', ROOT_CONTEXT, CLIENT);
      for (let depth = 0; depth < 20_000; depth++) {
        span = service.start('GET', span, depth % 2 === 0 ? CLIENT : { kind: SpanKind.SERVER });
      }
      assert.equal(span.spanContext().traceState?.serialize(), '');
    });
  });

  describe('with hostile input', () => {
    const throwing = () => {
      throw new Error('hostile');
    };
    const hostileProxy: unknown = new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing });
    const key = createContextKey('hostile');

    const attributes: readonly (readonly [name: string, value: unknown])[] = [
      ['no attributes', undefined],
      ['null attributes', null],
      ['attributes that are text', 'text'],
      ['attributes that throw', hostileProxy],
      ['a method that throws when it is printed', { 'http.request.method': hostileProxy }],
      ['a method that is a symbol', { 'http.request.method': Symbol('GET') }],
      [
        'attributes without a prototype',
        Object.assign(Object.create(null), { 'http.request.method': 'GET' }),
      ],
      ['an URL that is a list', { 'url.full': ['https://a/'], 'http.request.method': 'GET' }],
      ['an URL of a megabyte', { 'url.full': `https://a/${'x'.repeat(1024 * 1024)}` }],
      ['text with halves of surrogate pairs', { 'http.route': '\ud800', 'http.request.method': '\udc00' }],
    ];
    const contexts: readonly (readonly [name: string, value: unknown])[] = [
      ['no context', undefined],
      ['a context that throws', hostileProxy],
      ['a span that throws', { getValue: () => ({ spanContext: throwing }) }],
      ['a span context that is missing', { getValue: () => ({ spanContext: () => undefined }) }],
      ['a span context that is null', { getValue: () => ({ spanContext: () => null }) }],
      [
        'a span context of numbers',
        { getValue: () => ({ spanContext: () => ({ traceId: 1, spanId: 2, traceFlags: 'x' }) }) },
      ],
      [
        'a trace state that is text',
        trace.setSpanContext(ROOT_CONTEXT, Object.assign(remoteSpan(), { traceState: 'a=1' })),
      ],
      [
        'a trace state that throws',
        trace.setSpanContext(ROOT_CONTEXT, Object.assign(remoteSpan(), { traceState: hostileProxy })),
      ],
      ['a value that nobody knows', ROOT_CONTEXT.setValue(key, hostileProxy)],
      [
        'a child of a hostile trace state',
        trace.setSpanContext(
          ROOT_CONTEXT,
          Object.assign(remoteSpan({ isRemote: false }), { traceState: hostileProxy }),
        ),
      ],
    ];
    const options: readonly SentryBridgeOptions[] = [
      {},
      { tracesSampleRate: 0 },
      { tracesSampleRate: 1, recordUnsampled: true, httpClientRoots: 'drop' },
      { tracesSampler: ({ name, attributes }) => (name + JSON.stringify(attributes)).length % 2 },
    ];

    let log: RecordedLog;
    beforeEach(() => {
      log = new RecordedLog();
    });
    afterEach(() => log.stop());

    for (const [name, value] of attributes) {
      it(`answers ${name}`, () => {
        for (const given of options) {
          for (const kind of [SpanKind.SERVER, SpanKind.CLIENT, SpanKind.INTERNAL]) {
            const sampler = new SentrySampler(given, sharedOf({ dsn: DSN, ...given }));
            assertDecides(() =>
              sampler.shouldSample(ROOT_CONTEXT, TRACE_ID, 'x', kind, untypedAttributes(value)),
            );
            assertDecides(() =>
              sampler.shouldSample(belowForeign(0), TRACE_ID, 'x', kind, untypedAttributes(value)),
            );
          }
        }
      });
    }

    for (const [name, value] of contexts) {
      it(`answers ${name}`, () => {
        for (const given of options) {
          const sampler = new SentrySampler(given, sharedOf({ dsn: DSN, ...given }));
          assertDecides(() =>
            untypedInvoke(sampler, 'shouldSample', value, TRACE_ID, 'x', SpanKind.SERVER, {}),
          );
        }
      });
    }

    const names: readonly unknown[] = [
      '',
      '\ud800',
      'x'.repeat(1024 * 1024),
      undefined,
      null,
      7,
      Symbol('name'),
      {},
    ];
    for (const name of names) {
      it(`answers a name that is ${typeof name === 'string' ? `text of ${name.length}` : String(name)}`, () => {
        for (const given of options) {
          const sampler = new SentrySampler(given, sharedOf({ dsn: DSN, ...given }));
          assertDecides(() =>
            untypedInvoke(sampler, 'shouldSample', ROOT_CONTEXT, TRACE_ID, name, SpanKind.SERVER, {}),
          );
          assertDecides(() =>
            untypedInvoke(sampler, 'shouldSample', ROOT_CONTEXT, name, 'x', SpanKind.CLIENT, {}),
          );
        }
      });
    }

    it('says that it could not decide', () => {
      const sampler = new SentrySampler({ tracesSampleRate: 1 });
      sampler.shouldSample(ROOT_CONTEXT, TRACE_ID, 'x', SpanKind.SERVER, untypedAttributes(hostileProxy));
      assert.match(log.lines.join('\n'), /^error: sampling failed.*hostile/);
    });
  });

  it('follows headers of every kind through several services', () => {
    const [edge, middle, back] = [
      new Service({ tracesSampleRate: 1, environment: 'edge' }, { traceIds: [OTHER_TRACE_ID] }),
      new Service({}),
      new Service({ tracesSampleRate: 0 }),
    ];
    const atEdge = edge.send(edge.start('GET', ROOT_CONTEXT, SERVER));
    const atMiddle = middle.send(middle.start('GET', middle.receive(atEdge), SERVER));
    const span = back.start('GET', back.receive(atMiddle), SERVER);
    assert.equal(fateOf(span), 'sampled');
    assert.equal(span.spanContext().traceId, OTHER_TRACE_ID);
    assert.equal(atMiddle['baggage'], atEdge['baggage']);
    assert.equal(back.send(span)['baggage'], atEdge['baggage']);
  });

  it('does not read traceparent: that is for a W3C propagator', () => {
    const service = new Service({ tracesSampleRate: 1 });
    assert.equal(service.receive({ traceparent: traceparent() }), ROOT_CONTEXT);
    assert.equal(service.receive({ 'sentry-trace': sentryTrace(true).toUpperCase() }), ROOT_CONTEXT);
  });
});

function sampleRateOf(options: SentryBridgeOptions): unknown {
  const sampler = new SentrySampler(options);
  return sampler.shouldSample(ROOT_CONTEXT, TRACE_ID, 'x', SpanKind.SERVER, {}).attributes?.[
    'sentry.sample_rate'
  ];
}

function assertDecides(ask: () => unknown): void {
  const result = ask();
  assert.ok(typeof result === 'object' && result !== null && 'decision' in result);
  assert.ok([0, 1, 2].includes(Number(result.decision)));
}
