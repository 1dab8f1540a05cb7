import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { defaultTextMapGetter, ROOT_CONTEXT, trace, type Attributes, type Span } from '@opentelemetry/api';
import { systemClock } from '../src/clock.js';
import { SentryPropagator } from '../src/propagator.js';
import { LossCounter } from '../src/protocol/loss-counter.js';
import { ShapeKeeper } from '../src/shape-keeper.js';
import { Delivery } from '../src/transport/delivery.js';
import { createHttpTransport } from '../src/transport/http-transport.js';
import { collectGarbage } from './support/collect-garbage.js';
import { FakeSentry } from './support/fake-sentry.js';
import { outgoingTransaction } from './support/outgoing.js';
import { DSN, sentryHeaders } from './support/trace-headers.js';
import { Tracing, type TracingOptions } from './support/tracing.js';

const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' };

/** https://undici.nodejs.org/#/docs/api/DiagnosticsChannel */
const CREATED = 'undici:request:create';

/** Longer than spans wait for each other, in either lifecycle. */
const WAIT_MILLIS = 10_000;

describe('ShapeKeeper', () => {
  it('is to keep one of thirty-one, and keeps the last eight of those', async () => {
    const keeper = new ShapeKeeper();
    const due: number[] = [];
    const kept: WeakRef<object>[] = [];
    for (let index = 0; index < 124; index++) if (keeper.isDue()) due.push(index);
    for (let index = 0; index < 10; index++) kept.push(keepOne(keeper, 100));
    await collectGarbage();
    assert.deepEqual(due, [0, 31, 62, 93]);
    assert.deepEqual(kept.map(isAlive), [false, false, ...Array.from({ length: 8 }, () => true)]);
    assert.equal(keeper.isDue(), true);
  });

  it('keeps nothing that is large', async () => {
    const keeper = new ShapeKeeper();
    const refs = [keepOne(keeper, 65_536), keepOne(keeper, 65_537), keepOne(keeper, Infinity)];
    await collectGarbage();
    assert.deepEqual(refs.map(isAlive), [true, false, false]);
    assert.equal(keeper.isDue(), true);
  });
});

describe('what keeps code optimised', () => {
  for (const traceLifecycle of ['transaction', 'stream'] as const) {
    it(`is the first root, and not the second, when the lifecycle is ${traceLifecycle}`, async () => {
      const tracing = new Tracing({ traceLifecycle });
      const roots = [await send(tracing), await send(tracing)];
      await collectGarbage();
      assert.deepEqual(roots.map(isAlive), [true, false]);
    });
  }

  for (const [traceLifecycle, children] of [
    ['transaction', 16],
    ['stream', 15],
  ] as const) {
    it(`is the root of a long trace and ${children} below it when the lifecycle is ${traceLifecycle}`, async () => {
      const tracing = new Tracing({ traceLifecycle });
      const spans = await sendLong(tracing, 100);
      await collectGarbage();
      assert.deepEqual(
        spans.map(isAlive),
        spans.map((_, index) => index <= children),
      );
      assert.deepEqual(tracing.losses(), {});
    });
  }

  const large: readonly (readonly [what: string, options: TracingOptions, attributes: Attributes])[] = [
    ['a long attribute', {}, { text: 'x'.repeat(100_000) }],
    ['what a hook takes out', { beforeSendTransaction: emptied }, { text: 'x'.repeat(100_000) }],
    ['an attribute that is cut', {}, { text: 'x'.repeat(5_000_000) }],
    [
      'spans that are sent beside it',
      { streamGenAiSpans: true },
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.prompt': 'x'.repeat(100_000),
      },
    ],
  ];
  for (const [what, options, attributes] of large) {
    it(`is no transaction with ${what}`, async () => {
      const root = await send(new Tracing(options), attributes);
      await collectGarbage();
      assert.equal(isAlive(root), false);
    });
  }

  it('is no streamed span that is large', async () => {
    const tracing = new Tracing({ traceLifecycle: 'stream' });
    const root = await send(tracing, {}, { text: 'x'.repeat(100_000) });
    await collectGarbage();
    assert.equal(isAlive(root), false);
  });

  it('is not the envelope of a request', async () => {
    const sentry = await FakeSentry.start();
    const transport = createHttpTransport({ url: sentry.envelopeUrl, sdk: SDK });
    const delivery = new Delivery({ transport, losses: new LossCounter(), clock: systemClock, sdk: SDK });
    try {
      const envelopes: WeakRef<object>[] = [];
      for (let index = 0; index < 66; index++) envelopes.push(await deliver(delivery, 700_000));
      await collectGarbage();
      assert.deepEqual(envelopes.filter(isAlive), []);
    } finally {
      await delivery.close(1000);
      await sentry.close();
    }
  });

  it("is the 64th request that was answered, with undici's part of it", async () => {
    const requests: WeakRef<object>[] = [];
    const created = (message: unknown) => requests.push(new WeakRef(requestIn(message)));
    subscribe(CREATED, created);
    const sentry = await FakeSentry.start();
    const transport = createHttpTransport({ url: sentry.envelopeUrl, sdk: SDK, compression: 'none' });
    try {
      const bodies: WeakRef<object>[] = [];
      for (let index = 0; index < 70; index++) {
        const body = new Uint8Array(100);
        await transport.send(body, 5000);
        bodies.push(new WeakRef(body));
      }
      await collectGarbage();
      // The connection may hold the last one until there is another.
      const kept = bodies.slice(0, -1).flatMap((ref, index) => (isAlive(ref) ? [index + 1] : []));
      assert.deepEqual(kept, [64]);
      assert.equal(requests.length, 70);
      assert.deepEqual(requests.slice(62, 65).map(isAlive), [false, true, false]);
    } finally {
      unsubscribe(CREATED, created);
      transport.close();
      await sentry.close();
    }
  });

  it('is one caller', async () => {
    const propagator = new SentryPropagator({ dsn: DSN });
    const callers = [0, 1].map(() => receive(propagator));
    await collectGarbage();
    assert.deepEqual(callers.map(isAlive), [true, false]);
  });
});

/** The root first. */
async function sendLong(tracing: Tracing, children: number): Promise<WeakRef<object>[]> {
  const root = tracing.start('root');
  const spans: Span[] = [root];
  for (let index = 0; index < children; index++) {
    const span = tracing.start('step', root);
    span.end();
    spans.push(span);
  }
  root.end();
  const refs = spans.map(span => new WeakRef(span));
  await tracing.pass(WAIT_MILLIS);
  return refs;
}

function keepOne(keeper: ShapeKeeper, bytes: number): WeakRef<object> {
  const kept = {};
  keeper.keep(kept, bytes);
  return new WeakRef(kept);
}

function emptied<T extends { spans: unknown[] }>(event: T): T {
  event.spans.length = 0;
  return event;
}

/** A root with a child; in a function of its own, so that no variable holds them. */
async function send(tracing: Tracing, child: Attributes = {}, own: Attributes = {}): Promise<WeakRef<Span>> {
  const root = tracing.start('root', undefined, { attributes: own });
  tracing.start('child', root, { attributes: child }).end();
  root.end();
  await tracing.pass(WAIT_MILLIS);
  return new WeakRef(root);
}

async function deliver(delivery: Delivery, bytes: number): Promise<WeakRef<object>> {
  const outgoing = outgoingTransaction({ bytes });
  assert.equal((await delivery.send(outgoing)).kind, 'delivered');
  return new WeakRef(outgoing.envelope);
}

/** The span of a caller. */
function receive(propagator: SentryPropagator): WeakRef<Span> {
  const caller = trace.getSpan(propagator.extract(ROOT_CONTEXT, sentryHeaders(true), defaultTextMapGetter));
  assert.ok(caller);
  return new WeakRef(caller);
}

function requestIn(message: unknown): object {
  assert.ok(typeof message === 'object' && message !== null && 'request' in message);
  assert.ok(typeof message.request === 'object' && message.request !== null);
  return message.request;
}

function isAlive(ref: WeakRef<object>): boolean {
  return ref.deref() !== undefined;
}
