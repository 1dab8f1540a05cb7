import assert from 'node:assert/strict';
import { defaultTextMapSetter, ROOT_CONTEXT, SpanKind, type Tracer } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createSentryBridge, type SentryBridge } from '../../src/bridge.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { parseSentryBaggage } from '../../src/protocol/baggage.js';
import { LIFECYCLES, treesOf, unsampled, type Lifecycle } from '../support/lifecycles.js';
import { below, Mailbox } from '../support/tracing.js';

const KEYS = { shop: 'a'.repeat(32), audit: 'b'.repeat(32) };

/** A bridge and what it has sent. */
interface Post {
  readonly bridge: SentryBridge;
  readonly mailbox: Mailbox;
}

const opened: SentryBridge[] = [];

function postIn(traceLifecycle: Lifecycle, project: keyof typeof KEYS, options: SentryBridgeOptions): Post {
  const mailbox = new Mailbox();
  const bridge = createSentryBridge({
    dsn: `https://${KEYS[project]}@${project}.example/1`,
    environment: project,
    tracesSampleRate: 1,
    lateSpanGraceMillis: 0,
    traceLifecycle,
    transport: mailbox,
    ...options,
  });
  opened.push(bridge);
  return { bridge, mailbox };
}

function work(tracer: Tracer, name: string): void {
  const root = tracer.startSpan(name, { kind: SpanKind.SERVER }, ROOT_CONTEXT);
  const child = tracer.startSpan('step', {}, below(root));
  child.end();
  root.end();
}

const environments = ({ mailbox }: Post): unknown[] => treesOf(mailbox).map(tree => tree.environment);
const names = ({ mailbox }: Post): (readonly string[])[] => treesOf(mailbox).map(tree => tree.names);

const closeAll = () => Promise.all(opened.splice(0).map(bridge => bridge.close(0)));

for (const traceLifecycle of LIFECYCLES) {
  const post = (project: keyof typeof KEYS, options: SentryBridgeOptions = {}) =>
    postIn(traceLifecycle, project, options);

  describe(`two bridges with a provider each (${traceLifecycle})`, () => {
    afterEach(closeAll);

    const provide = ({ bridge }: Post): Tracer =>
      new BasicTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] }).getTracer(
        'test',
      );

    it('send each their own spans, to their own project', async () => {
      const [shop, audit] = [post('shop'), post('audit')];
      const [shopTracer, auditTracer] = [provide(shop), provide(audit)];
      for (const round of ['first', 'second']) {
        work(shopTracer, `shop ${round}`);
        work(auditTracer, `audit ${round}`);
      }
      await Promise.all([shop.bridge.flush(), audit.bridge.flush()]);
      assert.deepEqual(names(shop), [
        ['shop first', 'step'],
        ['shop second', 'step'],
      ]);
      assert.deepEqual(names(audit), [
        ['audit first', 'step'],
        ['audit second', 'step'],
      ]);
      for (const [{ mailbox }, key] of [
        [shop, KEYS.shop],
        [audit, KEYS.audit],
      ] as const) {
        for (const { headers } of mailbox.envelopes)
          assert.ok(JSON.stringify(headers['trace']).includes(key));
      }
    });

    it('sample and count each for itself', async () => {
      const [shop, audit] = [post('shop', { tracesSampleRate: 0 }), post('audit')];
      work(provide(shop), 'shop');
      work(provide(audit), 'audit');
      await Promise.all([shop.bridge.close(), audit.bridge.close()]);
      assert.deepEqual([names(shop), names(audit)], [[], [['audit', 'step']]]);
      assert.deepEqual(shop.mailbox.reports, unsampled(traceLifecycle, 1, 2));
      assert.deepEqual(audit.mailbox.reports, {});
    });

    it('continue one trace when a span of one is the parent of a span of the other', async () => {
      const [shop, audit] = [post('shop'), post('audit')];
      const outer = provide(shop).startSpan('order', {}, ROOT_CONTEXT);
      const inner = provide(audit).startSpan('entry', {}, below(outer));
      inner.end();
      outer.end();
      await Promise.all([shop.bridge.flush(), audit.bridge.flush()]);
      const [order] = treesOf(shop.mailbox);
      const [entry] = treesOf(audit.mailbox);
      assert.equal(entry?.traceId, order?.traceId);
      assert.equal(entry?.parentId, order?.rootId);
      assert.deepEqual([environments(shop), environments(audit)], [['shop'], ['audit']]);
    });
  });

  describe(`two bridges on one provider (${traceLifecycle})`, () => {
    afterEach(closeAll);

    const provide = (first: Post, second: Post): Tracer =>
      new BasicTracerProvider({
        sampler: first.bridge.sampler,
        spanProcessors: [first.bridge.spanProcessor, second.bridge.spanProcessor],
      }).getTracer('test');

    it('send the same spans, each with its own options', async () => {
      const shop = post('shop', { ignoreTransactions: ['health'] });
      const audit = post('audit', { ignoreSpans: ['step'] });
      const tracer = provide(shop, audit);
      work(tracer, 'order');
      work(tracer, 'health');
      await Promise.all([shop.bridge.flush(), audit.bridge.flush()]);
      assert.deepEqual(names(shop), [['order', 'step']]);
      assert.deepEqual(names(audit), [['order'], ['health']]);
      assert.deepEqual(environments(shop), ['shop']);
      assert.deepEqual(environments(audit), ['audit', 'audit']);
    });

    it('send the same sampling context, that of the headers', async () => {
      const [shop, audit] = [post('shop'), post('audit')];
      const tracer = provide(shop, audit);
      const root = tracer.startSpan('order', {}, ROOT_CONTEXT);
      const headers: Record<string, string> = {};
      shop.bridge.propagator.inject(below(root), headers, defaultTextMapSetter);
      root.end();
      await Promise.all([shop.bridge.flush(), audit.bridge.flush()]);
      const dsc = parseSentryBaggage(headers['baggage']);
      assert.equal(dsc['public_key'], KEYS.shop);
      for (const { mailbox } of [shop, audit])
        assert.deepEqual(
          mailbox.envelopes.map(envelope => envelope.headers['trace']),
          [dsc],
        );
    });

    it('follow one decision, and count each what they did not get', async () => {
      const [shop, audit] = [post('shop', { tracesSampleRate: 0, recordUnsampled: true }), post('audit')];
      work(provide(shop, audit), 'order');
      await Promise.all([shop.bridge.close(), audit.bridge.close()]);
      assert.deepEqual([names(shop), names(audit)], [[], []]);
      assert.deepEqual(shop.mailbox.reports, unsampled(traceLifecycle, 1, 2));
    });

    it('go on when the other cannot deliver, and when it is closed', async () => {
      const [shop, audit] = [post('shop'), post('audit')];
      const tracer = provide(shop, audit);
      shop.mailbox.answer = () => {
        throw new Error('no network');
      };
      work(tracer, 'first');
      assert.equal(await audit.bridge.flush(), true);
      await shop.bridge.close(0);
      work(tracer, 'second');
      assert.equal(await audit.bridge.flush(), true);
      assert.deepEqual(names(audit), [
        ['first', 'step'],
        ['second', 'step'],
      ]);
    });
  });
}
