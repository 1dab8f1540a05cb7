import assert from 'node:assert/strict';
import { context, ROOT_CONTEXT, SpanKind, type Span, type TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, type Sampler, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createSentryBridge, type SentryBridge } from '../../src/bridge.js';
import { diagnose, type Diagnosis } from '../../src/diagnosis/diagnose.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { Pipeline } from '../../src/pipeline.js';
import { SentrySpanProcessor } from '../../src/span-processor.js';
import type { Transport } from '../../src/transport/transport.js';
import { FakeClock } from '../support/fake-clock.js';
import { sharedOf } from '../support/shared.js';
import { DSN } from '../support/trace-headers.js';
import { below } from '../support/tracing.js';

const SERVER = { kind: SpanKind.SERVER };
const CARRIER = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const NOTHING: Sampler = { shouldSample: () => ({ decision: 0 }), toString: () => 'nothing' };

/** A bridge, and a provider that has as much of it as a test gives it. */
class Setup {
  readonly bridge: SentryBridge;
  readonly propagator: TextMapPropagator;
  readonly tracer;

  static readonly #open: SentryBridge[] = [];

  static async close(): Promise<void> {
    for (const bridge of Setup.#open.splice(0)) await bridge.close(1000);
  }

  constructor(
    options: SentryBridgeOptions = {},
    given: { readonly sampler?: Sampler; readonly processors?: SpanProcessor[] } = {},
  ) {
    const transport: Transport = { send: () => Promise.resolve({ statusCode: 200 }) };
    this.bridge = createSentryBridge({ dsn: DSN, tracesSampleRate: 1, transport, ...options });
    Setup.#open.push(this.bridge);
    this.propagator = this.bridge.compositePropagator();
    const { sampler = this.bridge.sampler, processors = [this.bridge.spanProcessor] } = given;
    this.tracer = new BasicTracerProvider({ sampler, spanProcessors: processors }).getTracer('test');
  }

  /** A request as an instrumentation sees it: in the context of its headers, if somebody reads them. */
  request(propagators: readonly TextMapPropagator[] = [this.propagator], name = 'GET /'): void {
    const getter = { get: (carrier: Record<string, string>, key: string) => carrier[key], keys: Object.keys };
    const incoming = propagators.reduce((outer, each) => each.extract(outer, CARRIER, getter), ROOT_CONTEXT);
    const root = this.tracer.startSpan(name, SERVER, incoming);
    this.tracer.startSpan('query', {}, below(root)).end();
    root.end();
  }

  get findings(): readonly string[] {
    return this.bridge.diagnose().findings;
  }
}

describe('findings', () => {
  afterEach(() => Setup.close());

  it('are none where everything is in its place', async () => {
    const setup = new Setup();
    for (let i = 0; i < 5; i++) setup.request();
    assert.equal(await setup.bridge.close(1000), true);
    assert.deepEqual(setup.findings, []);
    assert.deepEqual(setup.bridge.diagnose().used, { sampler: true, spanProcessor: true, propagator: true });
  });

  describe('for: no transactions', () => {
    it('the processor is not registered', () => {
      const setup = new Setup({}, { processors: [] });
      setup.request();
      assert.deepEqual(setup.findings, [
        'the sampler lets traces pass, but the processor gets none: is it registered?',
      ]);
      assert.deepEqual(setup.bridge.diagnose().used, {
        sampler: true,
        spanProcessor: false,
        propagator: true,
      });
    });

    it('another sampler never samples, or the provider is not registered', () => {
      const setup = new Setup({}, { sampler: NOTHING });
      for (let i = 0; i < 9; i++) setup.request();
      assert.deepEqual(setup.findings, []);
      setup.request();
      assert.deepEqual(setup.findings, [
        'headers are read and written, but neither sampler nor processor gets a span: are they registered?',
      ]);
    });

    for (const [what, options] of [
      ['a hook', { beforeSendTransaction: () => null }],
      ['an ignore option', { ignoreTransactions: [/./] }],
    ] as const) {
      it(`${what} drops all of them`, async () => {
        const setup = new Setup(options);
        setup.request();
        await setup.bridge.flush(1000);
        assert.deepEqual(setup.findings, ['no transaction is left by hooks and ignore options']);
      });
    }

    for (const status of [401, 403, 413]) {
      it(`Sentry answers ${status}`, async () => {
        const setup = new Setup({ transport: { send: () => Promise.resolve({ statusCode: status }) } });
        setup.request();
        await setup.bridge.flush(1000);
        assert.match(setup.findings.join('\n'), new RegExp(`^last problem: HTTP status ${status} `));
      });
    }
  });

  describe('for: spans not nested', () => {
    const roots = (): Setup => {
      const setup = new Setup();
      for (let i = 0; i < 2; i++) setup.tracer.startActiveSpan('job', span => span.end());
      return setup;
    };

    it('there is no context manager', () => {
      assert.deepEqual(roots().findings, ['spans do not nest: no context manager is registered']);
    });

    it('nothing where there is one', () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      try {
        assert.deepEqual(roots().findings, []);
      } finally {
        context.disable();
      }
    });

    it('nothing where contexts are passed by hand', () => {
      const setup = new Setup();
      for (let i = 0; i < 5; i++) setup.request();
      assert.deepEqual(setup.findings, []);
    });
  });

  it('for high cardinality: transactions are named by URLs', async () => {
    const setup = new Setup();
    const visit = (index: number): void => {
      const attributes = { 'http.request.method': 'GET', 'url.path': `/user/${index}` };
      setup.propagator.extract(ROOT_CONTEXT, {}, { get: () => undefined, keys: () => [] });
      setup.tracer.startSpan('GET', { kind: SpanKind.SERVER, attributes }, ROOT_CONTEXT).end();
    };
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    try {
      for (let index = 0; index < 99; index++) visit(index);
      for (let index = 0; index < 99; index++) visit(index);
      await setup.bridge.flush(1000);
      assert.deepEqual(setup.findings, []);
      visit(99);
      await setup.bridge.flush(1000);
      assert.deepEqual(setup.findings, [
        'many transactions are named by URLs: set http.route, or use transactionName',
      ]);
    } finally {
      context.disable();
    }
  });

  it('for a broken trace: the propagator is not registered', () => {
    const setup = new Setup();
    setup.request([]);
    assert.deepEqual(setup.findings, [
      'requests come in, but no headers are read: is the propagator registered?',
    ]);
    assert.equal(setup.bridge.diagnose().used.propagator, false);
  });

  describe('for a span that never ends', () => {
    let clock: FakeClock;
    let diagnosis: () => Diagnosis;
    let close: () => Promise<boolean>;
    let start: (name: string, parent?: Span) => Span;

    beforeEach(() => {
      clock = new FakeClock();
      const transport: Transport = { send: () => Promise.resolve({ statusCode: 200 }) };
      const options = { dsn: DSN, tracesSampleRate: 1, transport };
      const shared = sharedOf(options, clock);
      const pipeline = new Pipeline(shared);
      const processor = new SentrySpanProcessor(options, shared, pipeline);
      const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('test');
      diagnosis = () => diagnose(shared, pipeline);
      close = () => pipeline.close(1000);
      start = (name, parent) =>
        tracer.startSpan(name, {}, parent === undefined ? ROOT_CONTEXT : below(parent));
    });

    it('it is named after five minutes, root or child, however many others end', () => {
      const root = start('request');
      root.end();
      const forgotten = start('forgotten', root);
      for (let i = 0; i < 100; i++) start('other').end();
      clock.advance(299_999);
      assert.deepEqual(diagnosis().findings, []);
      clock.advance(1);
      assert.deepEqual(diagnosis().findings, ['a span has not ended for 5 minutes: forgotten']);
      assert.equal(diagnosis().openSpans, 1);
      forgotten.end();
      assert.deepEqual([diagnosis().findings, diagnosis().openSpans], [[], 0]);
    });

    it('it is counted when delivery is closed', async () => {
      start('never');
      const closed = close();
      await clock.advanceAsync(1000);
      await closed;
      assert.deepEqual(diagnosis().findings, [
        'spans that had not ended when delivery was closed, and were not sent: 1',
      ]);
    });
  });

  it('for errors of tracesSampler: the last one', () => {
    const setup = new Setup({
      tracesSampler: () => {
        throw new TypeError('no rate for this');
      },
    });
    setup.request();
    assert.deepEqual(setup.findings, ['tracesSampler failed: TypeError: no rate for this']);
  });
});

describe('options in force', () => {
  afterEach(() => Setup.close());

  it('hold what is set, by the application, by variables and by default, and no secrets', () => {
    const secret = 'geheim';
    const { options } = new Setup({
      proxy: `http://user:${secret}@127.0.0.1:3128`,
      tunnel: `https://user:${secret}@shop.example/tunnel?key=${secret}`,
      headers: { authorization: secret },
      caCerts: secret,
      agent: Object.assign(Object.create({}), { addRequest: () => undefined, secret }),
      ignoreSpans: ['health', /^\/internal/],
      beforeSendSpan: span => span,
      tags: { region: 'eu' },
      release: 'shop@1',
    }).bridge.diagnose();
    assert.ok(!JSON.stringify(options).includes(secret));
    const { proxy, tunnel, headers, caCerts, agent, transport, ignoreSpans, beforeSendSpan, tags } = options;
    assert.deepEqual(
      { proxy, tunnel, headers, caCerts, agent, transport, ignoreSpans, beforeSendSpan, tags },
      {
        proxy: 'http://127.0.0.1:3128/',
        tunnel: 'https://shop.example/tunnel',
        headers: ['authorization'],
        caCerts: 'set',
        agent: 'set',
        transport: 'set',
        ignoreSpans: ['health', '/^\\/internal/'],
        beforeSendSpan: 'set',
        tags: { region: 'eu' },
      },
    );
    assert.equal(options['release'], 'shop@1');
    assert.equal(options['requestTimeoutMillis'], 10_000);
    assert.deepEqual(structuredClone(options), options);
  });

  it('says that transactions arrive without a profile when a profiler is there', async () => {
    const { bridge, tracer } = new Setup({ profiler: { attach: () => undefined } });
    for (let count = 0; count < 100; count++) tracer.startSpan('GET /', SERVER).end();
    await bridge.flush();
    assert.ok(
      bridge.diagnose().findings.some(finding => finding.startsWith('transactions arrive without a profile')),
    );
  });
});
