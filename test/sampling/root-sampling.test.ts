import assert from 'node:assert/strict';
import { ROOT_CONTEXT, SpanKind, type Context, type SpanContext } from '@opentelemetry/api';
import type { SentryBridgeOptions } from '../../src/options.js';
import { Backpressure } from '../../src/sampling/backpressure.js';
import type { SamplingContext } from '../../src/sampling/decision.js';
import { RootSampling, type RootDecision } from '../../src/sampling/root-sampling.js';
import { sampleRandOf } from '../../src/sampling/sample-rand.js';
import type { Shared } from '../../src/shared.js';
import { setIncomingTrace, type IncomingTrace } from '../../src/trace-state/incoming-trace.js';
import type { NamedSpan } from '../../src/trace-state/segment-record.js';
import { carryState } from '../../src/trace-state/state-carrier.js';
import { lossesOf } from '../support/accounts.js';
import { FakeClock } from '../support/fake-clock.js';
import { RecordedLog } from '../support/recorded-log.js';
import { sharedOf } from '../support/shared.js';
import {
  DSC,
  DSN,
  incomingOf,
  OTHER_TRACE_ID,
  PUBLIC_KEY,
  remoteSpan,
  TRACE_ID,
  ZERO_SPAN_ID,
} from '../support/trace-headers.js';
import { untypedOptions } from '../support/untyped.js';

const SERVER: NamedSpan = {
  name: 'GET',
  kind: SpanKind.SERVER,
  attributes: { 'http.request.method': 'GET', 'http.route': '/shop/:id' },
};
const CLIENT: NamedSpan = {
  name: 'GET',
  kind: SpanKind.CLIENT,
  attributes: { 'http.request.method': 'GET', 'url.full': 'https://api.example.com/' },
};
const JOB: NamedSpan = { name: 'nightly', kind: SpanKind.INTERNAL, attributes: {} };

interface Asked extends RootDecision {
  readonly shared: Shared;
  readonly losses: Record<string, number>;
}

interface Question {
  readonly traceId?: string;
  readonly context?: Context;
  readonly parent?: SpanContext;
  readonly root?: NamedSpan;
}

function ask(
  options: SentryBridgeOptions,
  { traceId = TRACE_ID, context = ROOT_CONTEXT, parent, root = SERVER }: Question = {},
): Asked {
  const shared = sharedOf({ dsn: DSN, release: 'shop@1', ...options });
  const decision = new RootSampling(shared.config, shared.losses).decide(context, traceId, parent, root);
  return { ...decision, shared, losses: lossesOf(shared.losses) };
}

/** A request with Sentry headers: their state is in the context, as `extract` leaves it. */
function requestWith(init: Partial<IncomingTrace>): Question {
  const incoming = incomingOf(init);
  return {
    context: setIncomingTrace(ROOT_CONTEXT, incoming),
    parent: remoteSpan({ traceFlags: incoming.sampled === true ? 1 : 0 }),
  };
}

function dscOf({ segment, shared }: Asked): Record<string, string> {
  return { ...segment.dsc(shared.identify) };
}

const ROOT_LOSS = { 'sample_rate/transaction': 1, 'sample_rate/span': 1 };

describe('RootSampling', () => {
  describe('at the head of a trace', () => {
    it('keeps everything at rate 1', () => {
      const { segment, isRecorded, losses } = ask({ tracesSampleRate: 1 });
      assert.deepEqual([segment.traceId, segment.sampled, segment.sampleRate], [TRACE_ID, true, 1]);
      assert.equal(segment.lossReason, undefined);
      assert.equal(isRecorded, true);
      assert.deepEqual(losses, {});
    });

    it('drops everything at rate 0, and counts it', () => {
      const { segment, isRecorded, losses } = ask({ tracesSampleRate: 0 });
      assert.deepEqual([segment.sampled, segment.sampleRate, segment.lossReason], [false, 0, 'sample_rate']);
      assert.equal(isRecorded, false);
      assert.deepEqual(losses, ROOT_LOSS);
    });

    it('counts a dropped span but no transaction when spans are streamed', () => {
      const { losses } = ask({ tracesSampleRate: 0, traceLifecycle: 'stream' });
      assert.deepEqual(losses, { 'sample_rate/span': 1 });
    });

    it('compares the number of the trace with the rate, strictly', () => {
      const rand = sampleRandOf(TRACE_ID);
      assert.equal(ask({ tracesSampleRate: rand }).segment.sampled, false);
      assert.equal(ask({ tracesSampleRate: rand + 0.000_001 }).segment.sampled, true);
    });

    it('says everything about itself', () => {
      const { transaction, sampled, sample_rand, sample_rate } = dscOf(ask({ tracesSampleRate: 0.5 }));
      assert.deepEqual(
        { transaction, sampled, sample_rand, sample_rate },
        {
          transaction: 'GET /shop/:id',
          sampled: 'true',
          sample_rand: sampleRandOf(TRACE_ID).toFixed(6),
          sample_rate: '0.5',
        },
      );
    });

    it('ignores Sentry headers of another trace', () => {
      const context = setIncomingTrace(ROOT_CONTEXT, incomingOf({ sampled: true }));
      const asked = ask({ tracesSampleRate: 0 }, { traceId: OTHER_TRACE_ID, context });
      assert.equal(asked.segment.sampled, false);
      assert.equal(dscOf(asked)['trace_id'], OTHER_TRACE_ID);
      assert.equal(dscOf(asked)['public_key'], PUBLIC_KEY);
    });

    it('ignores a parent with invalid ids', () => {
      const parent = remoteSpan({ spanId: ZERO_SPAN_ID, traceFlags: 1 });
      assert.equal(ask({ tracesSampleRate: 0 }, { parent }).segment.sampled, false);
    });
  });

  describe('behind Sentry headers', () => {
    it('takes the decision over', () => {
      const kept = ask({ tracesSampleRate: 0 }, requestWith({ sampled: true }));
      assert.deepEqual(
        [kept.isRecorded, kept.segment.sampled, kept.segment.sampleRate],
        [true, true, undefined],
      );
      assert.deepEqual(kept.losses, {});
      const dropped = ask({ tracesSampleRate: 1 }, requestWith({ sampled: false }));
      assert.deepEqual([dropped.isRecorded, dropped.segment.sampled], [false, false]);
      assert.equal(dropped.segment.sampleRate, undefined);
      assert.deepEqual(dropped.losses, ROOT_LOSS);
    });

    it('sends the context of the head on as it came', () => {
      assert.deepEqual(dscOf(ask({ tracesSampleRate: 1 }, requestWith({ sampled: true }))), { ...DSC });
    });

    it('applies the own rate to the number of the head when the decision was left open', () => {
      const open = { sampled: undefined, sampleRand: 0.25 };
      assert.equal(ask({ tracesSampleRate: 0.25 }, requestWith(open)).segment.sampled, false);
      const kept = ask({ tracesSampleRate: 0.26 }, requestWith(open));
      assert.equal(kept.segment.sampled, true);
      assert.deepEqual(dscOf(kept), { ...DSC, sample_rate: '0.26' });
    });

    it('keeps an empty context empty', () => {
      const asked = ask({ tracesSampleRate: 1 }, requestWith({ sampled: undefined, dsc: {} }));
      assert.equal(asked.segment.sampled, true);
      assert.deepEqual(dscOf(asked), {});
    });

    it('finds the state on the parent when the context lost it', () => {
      const parent = remoteSpan({
        traceState: carryState({ incoming: incomingOf({ sampled: true }) }, undefined),
      });
      const asked = ask({ tracesSampleRate: 0 }, { parent });
      assert.equal(asked.segment.sampled, true);
      assert.deepEqual(dscOf(asked), { ...DSC });
    });

    it('believes them rather than traceparent', () => {
      const context = setIncomingTrace(ROOT_CONTEXT, incomingOf({ sampled: false }));
      assert.equal(
        ask({ tracesSampleRate: 1 }, { context, parent: remoteSpan({ traceFlags: 1 }) }).isRecorded,
        false,
      );
      const kept = setIncomingTrace(ROOT_CONTEXT, incomingOf({ sampled: true }));
      assert.equal(ask({ tracesSampleRate: 0 }, { context: kept, parent: remoteSpan() }).isRecorded, true);
    });

    it('takes nothing from a trace that strict continuation turned down', () => {
      const refused = { isRefused: true, sampled: undefined, dsc: {}, sampleRand: 0 };
      const context = setIncomingTrace(ROOT_CONTEXT, incomingOf(refused));
      const asked = ask({ tracesSampleRate: 0 }, { context, parent: remoteSpan({ traceFlags: 1 }) });
      assert.equal(asked.segment.sampled, false);
      assert.equal(dscOf(asked)['public_key'], PUBLIC_KEY);
      assert.equal(dscOf(asked)['sample_rand'], sampleRandOf(TRACE_ID).toFixed(6));
    });
  });

  describe('behind W3C headers alone', () => {
    const cases: readonly (readonly [
      flags: number,
      w3cUnsampled: 'defer' | 'inherit',
      rate: number,
      sampled: boolean,
    ])[] = [
      [0x00, 'defer', 1, true],
      [0x00, 'defer', 0, false],
      [0x00, 'inherit', 1, false],
      [0x01, 'defer', 0, true],
      [0x01, 'inherit', 0, true],
      [0x02, 'defer', 1, true],
      [0x02, 'inherit', 1, false],
      [0x03, 'defer', 0, true],
      [0xff, 'inherit', 0, true],
    ];
    for (const [traceFlags, w3cUnsampled, tracesSampleRate, sampled] of cases) {
      it(`${sampled ? 'keeps' : 'drops'} flags ${traceFlags.toString(16)} with '${w3cUnsampled}' at rate ${tracesSampleRate}`, () => {
        const asked = ask({ w3cUnsampled, tracesSampleRate }, { parent: remoteSpan({ traceFlags }) });
        assert.equal(asked.segment.sampled, sampled);
      });
    }

    it('is head of the trace as far as Sentry is concerned', () => {
      const dsc = dscOf(ask({ tracesSampleRate: 1 }, { parent: remoteSpan({ traceFlags: 1 }) }));
      assert.deepEqual([dsc['public_key'], dsc['trace_id'], dsc['sampled']], [PUBLIC_KEY, TRACE_ID, 'true']);
      assert.equal('sample_rate' in dsc, false);
    });
  });

  describe('with tracing disabled', () => {
    for (const sampled of [true, false, undefined]) {
      it(`records nothing, passes on a decision of ${sampled}, and counts nothing`, () => {
        const { segment, isRecorded, losses } = ask({}, requestWith({ sampled }));
        assert.equal(segment.sampled, sampled);
        assert.equal(segment.lossReason, undefined);
        assert.equal(segment.sampleRate, undefined);
        assert.equal(isRecorded, false);
        assert.deepEqual(losses, {});
      });
    }

    it('says who it is, and its random number, but nothing about the trace', () => {
      assert.deepEqual(dscOf(ask({})), {
        environment: 'production',
        release: 'shop@1',
        public_key: PUBLIC_KEY,
        trace_id: TRACE_ID,
        org_id: '7',
        sample_rand: sampleRandOf(TRACE_ID).toFixed(6),
      });
    });

    it('leaves the decision about W3C headers open', () => {
      assert.equal(ask({}, { parent: remoteSpan() }).segment.sampled, undefined);
      assert.equal(ask({}, { parent: remoteSpan({ traceFlags: 1 }) }).segment.sampled, true);
    });

    it('decides about nothing that would be skipped or dropped otherwise', () => {
      const options: Question = { root: { ...SERVER, attributes: { 'http.request.method': 'OPTIONS' } } };
      assert.equal(ask({}, options).segment.sampled, undefined);
      assert.deepEqual(ask({ httpClientRoots: 'drop' }, { root: CLIENT }).losses, {});
    });

    it('says so once, when it is first asked', () => {
      const shared = sharedOf({ dsn: DSN });
      const log = new RecordedLog();
      try {
        const sampling = new RootSampling(shared.config, shared.losses);
        assert.deepEqual(log.lines, []);
        for (let index = 0; index < 3; index++) sampling.decide(ROOT_CONTEXT, TRACE_ID, undefined, SERVER);
        assert.equal(log.lines.length, 1);
        assert.match(log.lines[0] ?? '', /^warn: .*tracesSampleRate.*tracesSampler/);
      } finally {
        log.stop();
      }
    });

    it('does not say so at rate 0', () => {
      const log = new RecordedLog();
      try {
        ask({ tracesSampleRate: 0 });
        assert.deepEqual(
          log.lines.filter(line => !line.includes('first loss')),
          [],
        );
      } finally {
        log.stop();
      }
    });
  });

  describe('while delivery cannot keep up', () => {
    const CHECK_MILLIS = 10_000;

    function sampling(options: SentryBridgeOptions = {}) {
      const clock = new FakeClock();
      const backpressure = new Backpressure(clock);
      const delivery = { isHealthy: true };
      backpressure.watch(() => delivery.isHealthy);
      const shared = sharedOf({ dsn: DSN, tracesSampleRate: 1, ...options }, clock);
      const roots = new RootSampling(shared.config, shared.losses, backpressure);
      const rate = ({ context = ROOT_CONTEXT, parent }: Question = {}) =>
        roots.decide(context, TRACE_ID, parent, SERVER).segment.sampleRate;
      return { clock, delivery, shared, rate, roots };
    }

    it('halves the rate of new traces with every check, down to a thousandth, and restores it at once', () => {
      const { clock, delivery, rate } = sampling();
      assert.equal(rate(), 1);
      delivery.isHealthy = false;
      assert.equal(rate(), 1);
      for (const expected of [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024]) {
        clock.advance(CHECK_MILLIS);
        assert.equal(rate(), 1 / expected);
        assert.equal(rate(), 1 / expected);
      }
      delivery.isHealthy = true;
      clock.advance(CHECK_MILLIS - 1);
      assert.equal(rate(), 1 / 1024);
      clock.advance(1);
      assert.equal(rate(), 1);
    });

    it('counts what is dropped by it, and all that is below, for that reason', () => {
      const { clock, delivery, roots, shared } = sampling();
      delivery.isHealthy = false;
      clock.advance(CHECK_MILLIS);
      const { segment, isRecorded } = roots.decide(ROOT_CONTEXT, OTHER_TRACE_ID, undefined, SERVER);
      assert.ok(sampleRandOf(OTHER_TRACE_ID) >= 0.5);
      assert.deepEqual([segment.sampled, segment.lossReason, isRecorded], [false, 'backpressure', false]);
      assert.deepEqual(lossesOf(shared.losses), { 'backpressure/transaction': 1, 'backpressure/span': 1 });
      assert.equal(segment.dsc(shared.identify)['sample_rate'], '0.5');
    });

    it('keeps what a caller keeps', () => {
      const { clock, delivery, roots } = sampling();
      delivery.isHealthy = false;
      clock.advance(CHECK_MILLIS);
      const { context = ROOT_CONTEXT, parent } = requestWith({ sampled: true });
      assert.equal(roots.decide(context, TRACE_ID, parent, SERVER).isRecorded, true);
    });

    it('says when it begins and when it ends', () => {
      const { clock, delivery, rate } = sampling();
      const log = new RecordedLog();
      try {
        for (const isHealthy of [true, false, false, true, true]) {
          delivery.isHealthy = isHealthy;
          clock.advance(CHECK_MILLIS);
          rate();
        }
        assert.deepEqual(log.lines, [
          'warn: delivery cannot keep up: fewer new traces are sampled until it can',
          'info: delivery keeps up again: new traces are sampled at the usual rate',
        ]);
      } finally {
        log.stop();
      }
    });

    it('does nothing when it is turned off', () => {
      const { clock, delivery, rate } = sampling({ backpressure: false });
      delivery.isHealthy = false;
      clock.advance(CHECK_MILLIS);
      assert.equal(rate(), 1);
    });

    it('does nothing without a delivery to watch', () => {
      const clock = new FakeClock();
      const shared = sharedOf({ tracesSampleRate: 1 }, clock);
      const roots = new RootSampling(shared.config, shared.losses, new Backpressure(clock));
      clock.advance(CHECK_MILLIS);
      assert.equal(roots.decide(ROOT_CONTEXT, TRACE_ID, undefined, SERVER).segment.sampleRate, 1);
    });
  });

  describe('skipMethods', () => {
    const withMethod = (attributes: NamedSpan['attributes'], kind = SpanKind.SERVER): NamedSpan => ({
      name: 'x',
      kind,
      attributes,
    });
    const cases: readonly (readonly [
      root: NamedSpan,
      skipMethods: readonly string[] | undefined,
      isSkipped: boolean,
      why: string,
    ])[] = [
      [withMethod({ 'http.request.method': 'OPTIONS' }), undefined, true, 'OPTIONS'],
      [withMethod({ 'http.request.method': 'HEAD' }), undefined, true, 'HEAD'],
      [withMethod({ 'http.method': 'OPTIONS' }), undefined, true, 'OPTIONS by its older attribute'],
      [withMethod({ 'http.request.method': 'options' }), undefined, true, 'options in lower case'],
      [withMethod({ 'http.request.method': 'GET' }), undefined, false, 'GET'],
      [withMethod({ 'http.request.method': 'TRACE' }), undefined, false, 'TRACE'],
      [
        withMethod({ 'http.request.method': 'GET', 'http.method': 'HEAD' }),
        undefined,
        false,
        'the newer attribute before the older',
      ],
      [withMethod({}), undefined, false, 'no method'],
      [withMethod({ 'http.request.method': 7 }), undefined, false, 'a method that is no text'],
      [withMethod({ 'http.request.method': ['HEAD'] }), undefined, false, 'a list of methods'],
      [withMethod({ 'http.request.method': 'HEAD' }, SpanKind.CLIENT), undefined, false, 'HEAD of a client'],
      [
        withMethod({ 'http.request.method': 'HEAD' }, SpanKind.INTERNAL),
        undefined,
        false,
        'HEAD of an internal span',
      ],
      [withMethod({ 'http.request.method': 'HEAD' }), [], false, 'HEAD with an empty list'],
      [withMethod({ 'http.request.method': 'HEAD' }), ['TRACE'], false, 'HEAD with another list'],
      [withMethod({ 'http.request.method': 'TRACE' }), ['trace'], true, 'a method given in lower case'],
    ];
    for (const [root, skipMethods, isSkipped, why] of cases) {
      it(`${isSkipped ? 'skips' : 'keeps'} ${why}`, () => {
        const asked = ask({ tracesSampleRate: 1, ...(skipMethods && { skipMethods }) }, { root });
        assert.equal(asked.isRecorded, !isSkipped);
        assert.equal(asked.segment.sampled, !isSkipped);
        assert.equal(asked.segment.sampleRate, isSkipped ? 0 : 1);
        assert.equal(asked.segment.lossReason, undefined);
        assert.deepEqual(asked.losses, {});
      });
    }

    it('does not ask tracesSampler', () => {
      let calls = 0;
      ask({ tracesSampler: () => ++calls }, { root: withMethod({ 'http.request.method': 'OPTIONS' }) });
      assert.equal(calls, 0);
    });

    it('wins over a parent that kept the trace, and changes only the rate of its context', () => {
      const root = withMethod({ 'http.request.method': 'HEAD' });
      const asked = ask({ tracesSampleRate: 1 }, { ...requestWith({ sampled: true }), root });
      assert.equal(asked.segment.sampled, false);
      assert.deepEqual(dscOf(asked), { ...DSC, sample_rate: '0' });
    });
  });

  describe("httpClientRoots 'drop'", () => {
    const drop = { httpClientRoots: 'drop', tracesSampleRate: 1 } as const;

    for (const sampled of [true, false, undefined]) {
      it(`records no root client request, and passes on a decision of ${sampled}`, () => {
        const asked = ask(drop, { ...requestWith({ sampled }), root: CLIENT });
        assert.equal(asked.isRecorded, false);
        assert.equal(asked.segment.sampled, sampled);
        assert.equal(asked.segment.sampleRate, undefined);
        assert.equal(asked.segment.lossReason, undefined);
        assert.deepEqual(asked.losses, { 'no_parent_span/span': 1 });
      });
    }

    it('leaves the decision open at the head of a trace', () => {
      const asked = ask(drop, { root: CLIENT });
      assert.equal(asked.segment.sampled, undefined);
      assert.equal('sampled' in dscOf(asked), false);
    });

    it('knows client requests by the older attribute', () => {
      const root = { ...CLIENT, attributes: { 'http.method': 'GET' } };
      assert.deepEqual(ask(drop, { root }).losses, { 'no_parent_span/span': 1 });
    });

    it('does not ask tracesSampler', () => {
      let calls = 0;
      ask({ httpClientRoots: 'drop', tracesSampler: () => ++calls }, { root: CLIENT });
      assert.equal(calls, 0);
    });

    const others: readonly (readonly [what: string, root: NamedSpan])[] = [
      ['server requests', SERVER],
      ['internal spans', JOB],
      ['client spans that are no requests', { ...CLIENT, attributes: { 'db.system': 'redis' } }],
      ['producer spans', { ...JOB, kind: SpanKind.PRODUCER }],
    ];
    for (const [what, root] of others) {
      it(`keeps ${what}`, () => assert.equal(ask(drop, { root }).isRecorded, true));
    }

    it('is not the default', () => {
      assert.equal(ask({ tracesSampleRate: 1 }, { root: CLIENT }).isRecorded, true);
    });
  });

  describe('tracesSampler', () => {
    function contextGiven(question: Question): SamplingContext {
      const given: SamplingContext[] = [];
      const tracesSampler = (samplingContext: SamplingContext) => {
        given.push(samplingContext);
        return 1;
      };
      ask({ tracesSampler }, question);
      assert.ok(given[0]);
      assert.equal(given.length, 1);
      return given[0];
    }

    const names: readonly (readonly [what: string, root: NamedSpan, name: string, op: string | undefined])[] =
      [
        ['a route', SERVER, 'GET /shop/:id', 'http.server'],
        [
          'a path without its query',
          { ...SERVER, attributes: { 'http.method': 'GET', 'http.target': '/users/1?token=x' } },
          'GET /users/1',
          'http.server',
        ],
        ['a job', JOB, 'nightly', undefined],
        [
          'a statement',
          {
            name: 'pg.query',
            kind: SpanKind.CLIENT,
            attributes: { 'db.system': 'postgresql', 'db.statement': 'SELECT 1' },
          },
          'SELECT 1',
          'db',
        ],
        [
          'a name of its own',
          { ...SERVER, name: 'checkout', attributes: { ...SERVER.attributes, 'sentry.source': 'custom' } },
          'checkout',
          'http.server',
        ],
      ];
    for (const [what, root, name, op] of names) {
      it(`is told the name Sentry would show: ${what}`, () => {
        const samplingContext = contextGiven({ root });
        assert.equal(samplingContext.name, name);
        assert.deepEqual(samplingContext.transactionContext, { name, ...(op !== undefined && { op }) });
        assert.deepEqual(samplingContext.attributes, root.attributes);
      });
    }

    it('is told what the parent decided, and its rate', () => {
      const { parentSampled, parentSampleRate } = contextGiven(requestWith({ sampled: false }));
      assert.deepEqual([parentSampled, parentSampleRate], [false, 0.5]);
    });

    it('is told what W3C headers say', () => {
      assert.equal(contextGiven({ parent: remoteSpan({ traceFlags: 1 }) }).parentSampled, true);
      assert.equal('parentSampled' in contextGiven({ parent: remoteSpan() }), false);
    });

    for (const rate of ['2', '-1', 'bogus', '']) {
      it(`is not told a rate of "${rate}"`, () => {
        const dsc = { ...DSC, sample_rate: rate };
        assert.equal('parentSampleRate' in contextGiven(requestWith({ dsc })), false);
      });
    }

    it('wins over the parent', () => {
      const asked = ask({ tracesSampler: () => 0 }, requestWith({ sampled: true }));
      assert.equal(asked.segment.sampled, false);
      assert.deepEqual(asked.losses, ROOT_LOSS);
      assert.equal(dscOf(asked)['sample_rate'], '0');
    });

    it('counts a trace it drops without a rate', () => {
      const asked = ask(untypedOptions({ tracesSampler: () => undefined, tracesSampleRate: 1 }));
      assert.deepEqual([asked.segment.sampled, asked.segment.sampleRate], [false, undefined]);
      assert.deepEqual(asked.losses, ROOT_LOSS);
      assert.equal('sample_rate' in dscOf(asked), false);
    });

    describe('that throws', () => {
      const tracesSampler = () => {
        throw new Error('broken');
      };

      it('leaves it to the parent', () => {
        assert.equal(
          ask({ tracesSampler, tracesSampleRate: 0 }, requestWith({ sampled: true })).isRecorded,
          true,
        );
        const dropped = ask({ tracesSampler, tracesSampleRate: 1 }, requestWith({ sampled: false }));
        assert.deepEqual(dropped.losses, ROOT_LOSS);
      });

      it('leaves it to tracesSampleRate', () => {
        assert.equal(ask({ tracesSampler, tracesSampleRate: 1 }).isRecorded, true);
        assert.deepEqual(ask({ tracesSampler, tracesSampleRate: 0 }).losses, ROOT_LOSS);
      });

      it('loses the trace for that reason when there is nothing else, and its other spans with the sample', () => {
        const { segment, losses } = ask({ tracesSampler });
        assert.equal(segment.sampled, false);
        assert.equal(segment.lossReason, 'sample_rate');
        assert.deepEqual(losses, { 'callback_error/transaction': 1, 'callback_error/span': 1 });
      });

      it('is reported once for the same error, and again for another', () => {
        const messages = ['first', 'first', 'second', 'second', 'first'];
        const shared = sharedOf({
          tracesSampleRate: 1,
          tracesSampler: () => {
            throw new Error(messages.shift());
          },
        });
        const log = new RecordedLog();
        try {
          const sampling = new RootSampling(shared.config, shared.losses);
          for (let index = 0; index < 5; index++) sampling.decide(ROOT_CONTEXT, TRACE_ID, undefined, SERVER);
          assert.deepEqual(log.lines, [
            'error: tracesSampler failed: Error: first',
            'error: tracesSampler failed: Error: second',
            'error: tracesSampler failed: Error: first',
          ]);
        } finally {
          log.stop();
        }
      });
    });

    it('is remembered for a diagnosis when it fails', () => {
      const shared = sharedOf(untypedOptions({ tracesSampler: () => 'often' }));
      const sampling = new RootSampling(shared.config, shared.losses, undefined, shared.activity);
      sampling.decide(ROOT_CONTEXT, TRACE_ID, undefined, SERVER);
      assert.equal(shared.activity.samplerError, 'TypeError: it must return a rate from 0 to 1');
    });

    it('is reported once when what it returns is no rate', () => {
      const shared = sharedOf(untypedOptions({ tracesSampler: () => Promise.resolve(1) }));
      const log = new RecordedLog();
      try {
        const sampling = new RootSampling(shared.config, shared.losses);
        for (let index = 0; index < 3; index++) sampling.decide(ROOT_CONTEXT, TRACE_ID, undefined, SERVER);
        const lines = log.lines.filter(line => !line.includes('first loss'));
        assert.equal(lines.length, 1);
        assert.equal(lines[0], 'error: tracesSampler failed: TypeError: it must return a rate from 0 to 1');
      } finally {
        log.stop();
      }
    });
  });
});
