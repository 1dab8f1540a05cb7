import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ROOT_CONTEXT, type Span, type Tracer } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { diagnose, type Diagnosis } from '../../src/diagnosis/diagnose.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { Pipeline } from '../../src/pipeline.js';
import { SentrySampler } from '../../src/sampler.js';
import { SentrySpanProcessor } from '../../src/span-processor.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { networkError, ScriptedTransport, type Reaction } from '../support/scripted-transport.js';
import { contextOf } from '../support/service.js';
import { sharedOf } from '../support/shared.js';
import { DSN, PUBLIC_KEY } from '../support/trace-headers.js';

const MASKED_DSN = DSN.replace(PUBLIC_KEY, `${PUBLIC_KEY.slice(0, 4)}…`);
const SECRET = 'f00dfacef00dface';

/** A bridge in parts, on a clock of its own and without a network. */
class Bridge {
  readonly clock = new FakeClock();
  readonly transport: ScriptedTransport;
  readonly pipeline: Pipeline;
  readonly tracer: Tracer;
  readonly diagnose: () => Diagnosis;

  constructor(options: SentryBridgeOptions = {}, react: Reaction = () => 200) {
    this.transport = new ScriptedTransport(react);
    const all = { dsn: DSN, tracesSampleRate: 1, transport: this.transport, ...options };
    const shared = sharedOf(all, this.clock);
    this.pipeline = new Pipeline(shared);
    const provider = new BasicTracerProvider({
      sampler: new SentrySampler(all, shared),
      spanProcessors: [new SentrySpanProcessor(all, shared, this.pipeline)],
    });
    this.tracer = provider.getTracer('test');
    this.diagnose = () => diagnose(shared, this.pipeline);
  }

  start(name: string, parent?: Span): Span {
    return this.tracer.startSpan(name, {}, parent === undefined ? ROOT_CONTEXT : contextOf(parent));
  }

  /** Has a transaction sent, and lets happen what then happens. */
  async send(name = 'job'): Promise<void> {
    this.start(name).end();
    const flushed = this.pipeline.flush(60_000);
    await this.clock.advanceAsync(60_000);
    await flushed;
    await settle();
  }
}

describe('diagnose', () => {
  it('finds nothing wrong with a bridge that has everything', async () => {
    const bridge = new Bridge();
    assert.deepEqual(bridge.diagnose().findings, []);
    await bridge.send();
    const { findings, losses, bufferedSpans } = bridge.diagnose();
    assert.deepEqual([findings, losses, bufferedSpans], [[], [], 0]);
  });

  describe('dsn', () => {
    it('says where envelopes go', () => assert.equal(new Bridge().diagnose().dsn, MASKED_DSN));

    it('leaves out the secret, here and everywhere else', async () => {
      const dsn = DSN.replace('@', `:${SECRET}@`);
      const bridge = new Bridge({ dsn }, call => call.fail(networkError('ECONNREFUSED')));
      await bridge.send();
      const { dsn: shown, options } = bridge.diagnose();
      assert.deepEqual([shown, options['dsn']], [MASKED_DSN, MASKED_DSN]);
      assert.ok(!JSON.stringify(bridge.diagnose()).includes(SECRET));
      assert.ok(!JSON.stringify(bridge.diagnose()).includes(PUBLIC_KEY));
    });

    for (const options of [{ dsn: '' }, { dsn: DSN, enabled: false }]) {
      it(`is absent, and missed, with ${JSON.stringify(Object.keys(options))}`, () => {
        const { dsn, delivery, findings } = new Bridge(options).diagnose();
        assert.deepEqual([dsn, delivery], [undefined, undefined]);
        assert.deepEqual(findings, ['no dsn: nothing is sent']);
      });
    }
  });

  describe('sampling', () => {
    const cases: readonly (readonly [
      options: SentryBridgeOptions,
      sampling: Diagnosis['sampling'],
      finding: RegExp | undefined,
    ])[] = [
      [{ tracesSampleRate: 1 }, 'rate', undefined],
      [{ tracesSampleRate: 0.000_001 }, 'rate', undefined],
      [{ tracesSampleRate: 0 }, 'rate', /tracesSampleRate is 0/],
      [{ tracesSampleRate: undefined }, 'off', /neither tracesSampleRate nor tracesSampler is set/],
      [{ tracesSampleRate: undefined, tracesSampler: () => 1 }, 'sampler', undefined],
      [{ tracesSampleRate: 0, tracesSampler: () => 1 }, 'sampler', undefined],
    ];
    for (const [options, sampling, finding] of cases) {
      it(`is '${sampling}' with ${Object.entries(options)
        .map(([name, value]) => `${name} ${typeof value === 'function' ? 'set' : value}`)
        .join(', ')}`, () => {
        const diagnosis = new Bridge(options).diagnose();
        assert.equal(diagnosis.sampling, sampling);
        assert.equal(diagnosis.findings.length, finding === undefined ? 0 : 1);
        assert.match(diagnosis.findings.join(), finding ?? /^$/);
      });
    }
  });

  it('says how spans travel, and that there are no transactions for a hook to see', () => {
    const beforeSendTransaction = () => null;
    assert.equal(new Bridge({ beforeSendTransaction }).diagnose().traceLifecycle, 'transaction');
    assert.deepEqual(new Bridge({ beforeSendTransaction }).diagnose().findings, []);
    const { traceLifecycle, findings } = new Bridge({
      traceLifecycle: 'stream',
      beforeSendTransaction,
    }).diagnose();
    assert.equal(traceLifecycle, 'stream');
    assert.match(findings.join(), /beforeSendTransaction is never called/);
  });

  it('counts finished spans that wait for their roots', async () => {
    const bridge = new Bridge();
    const root = bridge.start('root');
    assert.equal(bridge.diagnose().bufferedSpans, 0);
    for (const name of ['a', 'b', 'c']) bridge.start(name, root).end();
    assert.equal(bridge.diagnose().bufferedSpans, 3);
    root.end();
    await bridge.clock.advanceAsync(10);
    assert.equal(bridge.diagnose().bufferedSpans, 0);
  });

  it('counts losses, reported or not', async () => {
    const bridge = new Bridge({ tracesSampleRate: 0 });
    bridge.start('b', bridge.start('a'));
    const lost = [
      { reason: 'sample_rate', category: 'transaction', quantity: 1 },
      { reason: 'sample_rate', category: 'span', quantity: 2 },
    ];
    assert.deepEqual(bridge.diagnose().losses, lost);
    const closed = bridge.pipeline.close(60_000);
    await bridge.clock.advanceAsync(60_000);
    await closed;
    assert.deepEqual(bridge.diagnose().losses, lost);
  });

  describe('delivery', () => {
    it('says what arrived', async () => {
      const bridge = new Bridge();
      await bridge.send();
      assert.deepEqual(bridge.diagnose().delivery?.delivered, [
        { category: 'transaction', quantity: 1 },
        { category: 'span', quantity: 1 },
      ]);
    });

    it('finds a rate limit, as long as it is in force', async () => {
      const bridge = new Bridge({}, () => ({
        statusCode: 429,
        headers: { 'x-sentry-rate-limits': '600:transaction:key' },
      }));
      await bridge.send();
      assert.match(bridge.diagnose().findings.join('\n'), /rate limit is in force/);
      bridge.clock.advance(600_000);
      assert.doesNotMatch(bridge.diagnose().findings.join('\n'), /rate limit is in force/);
    });

    for (const [what, react] of [
      ['a network that fails', call => call.fail(networkError('ECONNREFUSED'))],
      ['a refusal', () => 403],
    ] as const satisfies readonly (readonly [string, Reaction])[]) {
      it(`finds ${what}, and says what is known about it`, async () => {
        const bridge = new Bridge({}, react);
        await bridge.send();
        const findings = bridge.diagnose().findings.filter(finding => finding.startsWith('last problem: '));
        assert.equal(findings.length, 1);
        assert.match(findings.join(), /ECONNREFUSED|403/);
        assert.ok(!findings.join().includes(PUBLIC_KEY));
      });
    }

    it('shows nothing that hangs on an error of a transport', async () => {
      const error = Object.assign(networkError('ECONNREFUSED'), {
        request: { headers: { authorization: SECRET } },
      });
      const bridge = new Bridge({}, call => call.fail(error));
      await bridge.send();
      const diagnosis = bridge.diagnose();
      assert.equal(typeof diagnosis.delivery?.lastOutcome, 'string');
      assert.ok(!inspect(diagnosis, { depth: 10 }).includes(SECRET));
    });

    it('says that it is closed', async () => {
      const bridge = new Bridge();
      assert.equal(bridge.diagnose().delivery?.isClosed, false);
      await bridge.pipeline.close(1000);
      assert.equal(bridge.diagnose().delivery?.isClosed, true);
    });
  });

  it('is a picture of the moment: what happens later does not change it', async () => {
    const bridge = new Bridge();
    const before = bridge.diagnose();
    const copy = structuredClone(before);
    await bridge.send();
    bridge.start('open');
    assert.deepEqual(before, copy);
  });

  it('can be turned into JSON', async () => {
    const bridge = new Bridge({}, () => 500);
    await bridge.send();
    assert.match(
      JSON.stringify(bridge.diagnose()),
      /^\{.*"sampling":"rate".*"findings":\["last problem: .*\]\}$/,
    );
  });
});
