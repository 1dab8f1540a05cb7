import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { context, createContextKey, propagation, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed as isSuppressedForSdk, W3CTraceContextPropagator } from '@opentelemetry/core';
import { DnsInstrumentation } from '@opentelemetry/instrumentation-dns';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NetInstrumentation } from '@opentelemetry/instrumentation-net';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { systemClock } from '../../src/clock.js';
import { isTracingSuppressed } from '../../src/otel/suppress-tracing.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import { Delivery } from '../../src/transport/delivery.js';
import { createHttpTransport } from '../../src/transport/http-transport.js';
import type { Transport } from '../../src/transport/transport.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { ScriptedTransport } from '../support/scripted-transport.js';
import { TLS_CERTIFICATE } from '../support/tls-certificate.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };

describe('own traffic', () => {
  let sentry: FakeSentry;
  let exporter: InMemorySpanExporter;
  let instrumentations: Instrumentation[] = [];

  before(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  });

  after(() => {
    context.disable();
    propagation.disable();
  });

  beforeEach(async () => {
    sentry = await FakeSentry.start();
    exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    instrumentations = [
      new HttpInstrumentation(),
      new UndiciInstrumentation(),
      new NetInstrumentation(),
      // Loopback names are ignored unless told otherwise.
      new DnsInstrumentation({ ignoreHostnames: [] }),
    ];
    for (const instrumentation of instrumentations) instrumentation.setTracerProvider(provider);
    // Modules are patched when they are required the next time.
    for (const module of ['http', 'https', 'net', 'dns']) createRequire(import.meta.url)(module);
  });

  afterEach(async () => {
    for (const instrumentation of instrumentations) instrumentation.disable();
    await sentry.close();
  });

  /** Everything but what the server in this process does. */
  const ownSpans = () =>
    exporter
      .getFinishedSpans()
      .filter(span => span.kind !== SpanKind.SERVER)
      .map(({ name, instrumentationScope: scope }) => `${scope.name.replace(/.*-/, '')}: ${name}`);

  /** Runs `body` inside a span of the application. */
  async function inRequest<T>(body: () => Promise<T>): Promise<T> {
    const provider = new BasicTracerProvider();
    const span = provider.getTracer('app').startSpan('request');
    try {
      return await context.with(trace.setSpan(context.active(), span), body);
    } finally {
      span.end();
    }
  }

  const create = (transport: Transport) =>
    new Delivery({ transport, losses: new LossCounter(), clock: systemClock, sdk: SDK });

  it('would be seen if it were not hidden', async () => {
    const { default: http } = await import('node:http');
    await inRequest(
      () =>
        new Promise(resolve =>
          http.get(`http://localhost:${sentry.port}/`, { family: 4 }, response =>
            response.resume().on('end', resolve),
          ),
        ),
    );
    await inRequest(async () => (await fetch(sentry.origin)).text());
    assert.deepEqual([...new Set(ownSpans())].sort(), [
      'dns: dns.lookup',
      'http: GET',
      'net: tcp.connect',
      'undici: GET',
    ]);
    assert.ok(sentry.requests.every(({ headers }) => headers['traceparent'] !== undefined));
  });

  it('makes no spans and carries no trace headers', async () => {
    const delivery = create(
      createHttpTransport({ url: sentry.envelopeUrl, sdk: SDK, compressionThresholdBytes: 5000 }),
    );
    const sent = await inRequest(() =>
      Promise.all(
        Array.from({ length: 70 }, (_, i) => delivery.send(outgoingTransaction({ bytes: i * 100 }))),
      ),
    );
    assert.ok(sent.every(({ kind }) => kind === 'delivered'));
    assert.equal(await inRequest(() => delivery.close(5000)), true);
    assert.equal(sentry.requests.length, 70);
    for (const { headers } of sentry.requests) {
      for (const name of ['traceparent', 'tracestate', 'sentry-trace', 'baggage'])
        assert.equal(headers[name], undefined);
    }
    assert.deepEqual(ownSpans(), []);
  });

  for (const tls of [undefined, TLS_CERTIFICATE]) {
    it(`makes none for names that are looked up, sockets${tls ? ', TLS' : ''} and repeated attempts`, async () => {
      const named = await FakeSentry.start(tls && { tls });
      // To listen, the server looks up its name.
      exporter.reset();
      try {
        const url = named.envelopeUrl.replace('127.0.0.1', 'localhost');
        const delivery = create(createHttpTransport({ url, sdk: SDK, caCerts: tls?.cert }));
        named.answerNext('reset');
        const sent = await inRequest(() =>
          Promise.all(Array.from({ length: 40 }, () => delivery.send(outgoingTransaction()))),
        );
        assert.ok(sent.every(({ kind }) => kind === 'delivered'));
        await inRequest(() => delivery.close(5000));
        assert.deepEqual(ownSpans(), []);
        assert.ok(named.requests.every(({ headers }) => headers['traceparent'] === undefined));
      } finally {
        await named.close();
      }
    });
  }

  it('makes none when an answer lets the next one go, nor when a report goes out', async () => {
    const losses = new LossCounter();
    losses.add('sample_rate', 'span');
    const transport = createHttpTransport({ url: sentry.envelopeUrl, sdk: SDK });
    const delivery = new Delivery({ transport, losses, clock: systemClock, sdk: SDK, concurrency: 1 });
    await inRequest(async () => {
      for (let i = 0; i < 5; i++) void delivery.send(outgoingTransaction());
      assert.equal(await delivery.flush(5000), true);
    });
    await delivery.close(1000);
    assert.equal(sentry.requests.length, 6);
    assert.deepEqual(ownSpans(), []);
  });

  it('is hidden by the key that the SDK itself looks for', async () => {
    const transport = new ScriptedTransport(() => 200);
    await inRequest(() => create(transport).send(outgoingTransaction()));
    assert.equal(isTracingSuppressed(transport.last.context), true);
    assert.equal(isSuppressedForSdk(transport.last.context), true);
  });

  it('holds on to nothing of the request it was caused by', async () => {
    const transport = new ScriptedTransport(() => 200);
    const key = createContextKey('request');
    const requestContext = context.active().setValue(key, 'much data');
    await context.with(requestContext, () => create(transport).send(outgoingTransaction()));
    assert.equal(transport.last.context.getValue(key), undefined);
    assert.equal(trace.getSpan(transport.last.context), undefined);
  });

  it('leaves the context of the application alone', async () => {
    const delivery = create(new ScriptedTransport(() => 200));
    await inRequest(async () => {
      const before = context.active();
      await delivery.send(outgoingTransaction());
      assert.equal(context.active(), before);
      await delivery.flush(1000);
      assert.equal(context.active(), before);
      await delivery.close(1000);
      assert.equal(context.active(), before);
    });
  });
});
