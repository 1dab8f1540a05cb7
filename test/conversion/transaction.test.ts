import assert from 'node:assert/strict';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ConversionSettings } from '../../src/conversion/settings.js';
import { toTransaction, type TransactionInput } from '../../src/conversion/transaction.js';
import type { SpanTree } from '../../src/otel/span-tree.js';
import type { ReadableSpan } from '../../src/otel/types.js';
import type { TransactionEvent } from '../../src/protocol/transaction.js';
import { buildSpan, buildTree, T0_SECONDS, TRACE_ID } from '../support/spans.js';
import { conversionSettings } from './settings.js';

const EVENT_ID = 'e'.repeat(32);
const ROOT_ID = 'b7ad6b7169203331';

interface Dropped {
  readonly span: ReadableSpan;
  readonly error: unknown;
}

function convertCounting(tree: SpanTree, special: Partial<TransactionInput> = {}) {
  const dropped: Dropped[] = [];
  const input = { eventId: EVENT_ID, settings: conversionSettings(), ...special };
  const event = toTransaction(tree, input, (span, error) => dropped.push({ span, error }));
  return { event, dropped };
}

function convert(tree: SpanTree, special: Partial<TransactionInput> = {}): TransactionEvent {
  const { event, dropped } = convertCounting(tree, special);
  assert.deepEqual(dropped, []);
  return event ?? assert.fail('not converted');
}

const withSettings = (special: Partial<ConversionSettings>) => ({ settings: conversionSettings(special) });
/** What applications without types give. */
const untyped = (settings: unknown) => settings as Partial<ConversionSettings>;
const hostileSpan = (): ReadableSpan => ({
  ...buildSpan(),
  get attributes(): never {
    throw new Error('unreadable');
  },
});

describe('toTransaction', () => {
  it('is the event Sentry shows', () => {
    const root = buildSpan({
      name: 'GET',
      kind: SpanKind.SERVER,
      spanId: ROOT_ID,
      parent: 'aaaaaaaaaaaaaaaa',
      scope: { name: '' },
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/users/:id',
        'url.path': '/users/1',
        'http.response.status_code': 200,
      },
      resource: {
        'service.name': 'shop',
        'service.version': '1.2.3',
        'deployment.environment.name': 'staging',
      },
      start: 0,
      end: 25,
    });
    const child = buildSpan({
      name: 'load',
      parent: root,
      scope: { name: '' },
      spanId: 'cccccccccccccccc',
      start: 1,
      end: 2,
    });
    const settings = {
      serverName: 'box',
      dist: '7',
      tags: { team: 'core' },
      staticContexts: { runtime: { name: 'node' } },
    };

    assert.deepEqual(convert(buildTree(root, child), { ...withSettings(settings), sampleRate: 0.25 }), {
      event_id: EVENT_ID,
      type: 'transaction',
      platform: 'node',
      transaction: 'GET /users/:id',
      transaction_info: { source: 'route' },
      start_timestamp: T0_SECONDS,
      timestamp: T0_SECONDS + 0.025,
      environment: 'staging',
      release: '1.2.3',
      dist: '7',
      server_name: 'box',
      sdk: { name: 'otel-sentry-bridge', version: '0.0.0' },
      contexts: {
        runtime: { name: 'node' },
        app: { app_name: 'shop', app_version: '1.2.3' },
        otel: {
          resource: {
            'service.name': 'shop',
            'service.version': '1.2.3',
            'deployment.environment.name': 'staging',
          },
        },
        response: { status_code: 200 },
        trace: {
          trace_id: TRACE_ID,
          span_id: ROOT_ID,
          parent_span_id: 'aaaaaaaaaaaaaaaa',
          op: 'http.server',
          status: 'ok',
          origin: 'manual',
          data: {
            'http.request.method': 'GET',
            'http.method': 'GET',
            'http.route': '/users/:id',
            'url.path': '/users/1',
            'http.response.status_code': 200,
            'otel.kind': 'SERVER',
            'sentry.kind': 'server',
            'sentry.op': 'http.server',
            'sentry.origin': 'manual',
            'sentry.source': 'route',
            'sentry.segment.name.source': 'route',
            'sentry.sample_rate': 0.25,
          },
        },
      },
      spans: [
        {
          trace_id: TRACE_ID,
          span_id: 'cccccccccccccccc',
          parent_span_id: ROOT_ID,
          description: 'load',
          status: 'ok',
          origin: 'manual',
          start_timestamp: T0_SECONDS + 0.001,
          timestamp: T0_SECONDS + 0.002,
          data: { 'sentry.origin': 'manual' },
        },
      ],
      tags: { team: 'core' },
      request: { method: 'GET', url: '/users/1' },
    });
  });

  it('has no empty parts', () => {
    const event = convert(buildTree(buildSpan({ resource: {} })));
    for (const part of [
      'release',
      'dist',
      'server_name',
      'measurements',
      'tags',
      'user',
      'request',
      'breadcrumbs',
    ]) {
      assert.equal(part in event, false, part);
    }
    for (const part of ['op', 'parent_span_id', 'links'])
      assert.equal(part in event.contexts.trace, false, part);
    assert.equal('sentry.sample_rate' in event.contexts.trace.data, false);
    assert.equal('dist' in convert(buildTree(buildSpan()), withSettings({ release: '1' })), false);
    assert.deepEqual(event.spans, []);
  });

  it('has measurements of the root, and of children on their spans', () => {
    const root = buildSpan({ attributes: { 'sentry.measurement.a': 1 } });
    const child = buildSpan({ parent: root, attributes: { 'sentry.measurement.b': 2 } });
    const event = convert(buildTree(root, child));
    assert.deepEqual(event.measurements, { a: { value: 1, unit: 'none' } });
    assert.deepEqual(event.spans[0]?.measurements, { b: { value: 2, unit: 'none' } });
  });

  it('has breadcrumbs of all spans', () => {
    const root = buildSpan({ events: [{ name: 'second', at: 2 }] });
    const child = buildSpan({ parent: root, events: [{ name: 'first', at: 1 }] });
    assert.deepEqual(
      convert(buildTree(root, child)).breadcrumbs?.map(crumb => crumb.message),
      ['first', 'second'],
    );
  });

  it('has the links of the root', () => {
    const context = { traceId: TRACE_ID, spanId: ROOT_ID, traceFlags: 0 };
    const event = convert(buildTree(buildSpan({ links: [{ context }] })));
    assert.deepEqual(event.contexts.trace.links, [{ trace_id: TRACE_ID, span_id: ROOT_ID, sampled: false }]);
  });

  it('has the user only with consent, unless it was given for Sentry', () => {
    const root = buildSpan({
      attributes: { 'user.id': 'u', 'client.address': '1.2.3.4', 'sentry.user.email': 'a@b.c' },
    });
    assert.deepEqual(convert(buildTree(root)).user, { email: 'a@b.c' });
    const user = convert(buildTree(root), withSettings({ sendDefaultPii: true })).user;
    assert.deepEqual(user, { id: 'u', email: 'a@b.c', ip_address: '1.2.3.4' });
  });

  it('has personal data of the resource only with consent', () => {
    const resource = { 'user.id': 'u', 'network.peer.address': '198.51.100.4', team: 'a' };
    const shown = (sendDefaultPii: boolean) =>
      convert(buildTree(buildSpan({ resource })), withSettings({ sendDefaultPii })).contexts['otel'];
    assert.deepEqual(shown(false), { resource: { team: 'a' } });
    assert.deepEqual(shown(true), { resource });
  });

  it('says that the parent was sent before when the tree is late', () => {
    const tree = buildTree(buildSpan());
    assert.equal(
      convert({ ...tree, isLate: true }).contexts.trace.data['sentry.parent_span_already_sent'],
      true,
    );
    assert.equal('sentry.parent_span_already_sent' in convert(tree).contexts.trace.data, false);
  });

  it('says the sample rate only when one was applied here', () => {
    const root = buildSpan({ attributes: { 'sentry.sample_rate': 0.9 } });
    assert.equal(convert(buildTree(root)).contexts.trace.data['sentry.sample_rate'], undefined);
    assert.equal(convert(buildTree(root), { sampleRate: 0 }).contexts.trace.data['sentry.sample_rate'], 0);
  });

  it('has a dist only with a release, and only one Sentry takes', () => {
    const dist = (settings: Partial<ConversionSettings>) =>
      convert(buildTree(buildSpan()), withSettings(settings)).dist;
    assert.equal(dist({ dist: '7' }), undefined);
    assert.equal(dist({ dist: '7', release: 'r' }), '7');
    assert.equal(dist({ dist: 'a b', release: 'r' }), undefined);
  });

  it('says <unknown> for a root without name', () => {
    assert.equal(convert(buildTree(buildSpan({ name: '' }))).transaction, '<unknown>');
  });

  it('reads a resource that is still being detected without waiting', () => {
    const root = buildSpan();
    const resource = {
      asyncAttributesPending: true,
      getRawAttributes: () => [
        ['service.version', '1'],
        ['host.id', Promise.resolve('x')],
      ],
      get attributes(): never {
        throw new Error('still pending');
      },
    };
    const event = convert(buildTree({ ...root, resource }));
    assert.equal(event.release, '1');
  });

  it('works out once what a resource says about every event', () => {
    const settings = conversionSettings({ staticContexts: { app: { app_memory: 1 } } });
    const resource = { attributes: { 'service.version': '1' } };
    const [first, second] = [1, 2].map(() => convert(buildTree({ ...buildSpan(), resource }), { settings }));
    assert.equal(first?.contexts['app'], second?.contexts['app']);
    assert.notEqual(first?.contexts.trace, second?.contexts.trace);
  });

  it('reads a resource again while its detectors are at work', () => {
    const settings = conversionSettings();
    const attributes: Record<string, string> = {};
    const resource = {
      attributes,
      asyncAttributesPending: true,
      getRawAttributes: () => Object.entries(attributes),
    };
    assert.equal(convert(buildTree({ ...buildSpan(), resource }), { settings }).release, undefined);
    attributes['service.version'] = '2';
    assert.equal(convert(buildTree({ ...buildSpan(), resource }), { settings }).release, '2');
  });
});

describe('toTransaction and input Sentry would reject', () => {
  it('drops a child that cannot be read, alone', () => {
    const root = buildSpan();
    const bad = hostileSpan();
    const good = buildSpan({ parent: root, name: 'good' });
    const { event, dropped } = convertCounting(buildTree(root, bad, good));
    assert.deepEqual(
      event?.spans.map(span => span.description),
      ['good'],
    );
    assert.deepEqual(
      dropped.map(({ span }) => span),
      [bad],
    );
    assert.match(String(dropped[0]?.error), /unreadable/);
  });

  it('drops a child whose id is not valid, taken, or of another trace', () => {
    const root = buildSpan({ spanId: ROOT_ID });
    const children = [
      buildSpan({ parent: root, spanId: '0'.repeat(16) }),
      buildSpan({ parent: root, spanId: ROOT_ID }),
      buildSpan({ parent: root, spanId: 'c'.repeat(16), name: 'kept' }),
      buildSpan({ parent: root, spanId: 'c'.repeat(16) }),
      buildSpan({ parent: root, traceId: 'f'.repeat(32) }),
    ];
    const { event, dropped } = convertCounting(buildTree(root, ...children));
    assert.deepEqual(
      event?.spans.map(span => span.description),
      ['kept'],
    );
    assert.deepEqual(
      dropped.map(({ error }) => String(error)),
      [
        'TypeError: span id is not 16 hex digits',
        'TypeError: span id occurs twice in the transaction',
        'TypeError: span id occurs twice in the transaction',
        'TypeError: span belongs to another trace',
      ],
    );
  });

  it('has no breadcrumbs of a child it drops', () => {
    const root = buildSpan();
    const bad = buildSpan({ parent: root, spanId: 'x', events: [{ name: 'lost' }] });
    assert.equal(convertCounting(buildTree(root, bad)).event?.breadcrumbs, undefined);
  });

  for (const [what, root] of [
    ['cannot be read', hostileSpan()],
    ['has no span id', buildSpan({ spanId: '' })],
    ['has no trace id', buildSpan({ traceId: '0'.repeat(32) })],
    ['has no time', { ...buildSpan(), startTime: [0, 0], endTime: [0, 0] } as const],
  ] as const) {
    it(`is undefined, and reports no span, when the root ${what}`, () => {
      assert.deepEqual(convertCounting(buildTree(root)), { event: undefined, dropped: [] });
    });
  }

  it('keeps times in order for every span', () => {
    const root = buildSpan({ start: 10, end: 5 });
    const children = [
      buildSpan({ parent: root, start: 3, end: 1 }),
      { ...buildSpan({ parent: root, start: 4 }), endTime: [0, 0] } as const,
      { ...buildSpan({ parent: root }), startTime: [0, 0], endTime: [0, 0] } as const,
    ];
    const event = convert(buildTree(root, ...children));
    for (const span of [event, ...event.spans])
      assert.ok(span.timestamp >= span.start_timestamp && span.start_timestamp > 0);
  });

  it('converts any depth', () => {
    const root = buildSpan();
    const chain: ReadableSpan[] = [];
    for (let i = 0; i < 5000; i++) chain.push(buildSpan({ parent: chain.at(-1) ?? root }));
    assert.equal(convert(buildTree(root, ...chain)).spans.length, 5000);
  });

  it('survives an attribute of any type under a name it reads', () => {
    const names = [
      'http.request.method',
      'http.route',
      'db.system',
      'db.statement',
      'sentry.op',
      'faas.trigger',
      'messaging.system',
      'sentry.graphql.operation',
      'rpc.grpc.status_code',
      'http.response.status_code',
      'sentry.source',
    ];
    for (const value of [
      1,
      true,
      [1],
      ['a', 'b'],
      { a: 1 },
      null,
      undefined,
      Symbol('s'),
      5n,
      () => 1,
      Number.NaN,
    ]) {
      const attributes = Object.fromEntries(names.map(name => [name, value]));
      const event = convert(buildTree(buildSpan({ attributes, kind: SpanKind.SERVER })));
      assert.doesNotThrow(() => JSON.stringify(event));
    }
  });
});

describe('toTransaction with a transactionName hook', () => {
  const root = buildSpan({
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': 'GET', 'url.path': '/a/1' },
  });

  it('takes the name it returns, source custom', () => {
    const event = convert(buildTree(root), withSettings({ transactionName: () => 'mine' }));
    assert.deepEqual([event.transaction, event.transaction_info.source], ['mine', 'custom']);
    assert.equal(event.contexts.trace.data['sentry.source'], 'custom');
    assert.equal(event.contexts.trace.data['sentry.segment.name.source'], 'custom');
  });

  it('shows it the root, and nothing it could change', () => {
    const seen: unknown[][] = [];
    const transactionName = (...given: unknown[]) => void seen.push(given);
    convert(buildTree(root, buildSpan({ parent: root })), withSettings(untyped({ transactionName })));
    assert.deepEqual(seen, [[root]]);
  });

  for (const name of [undefined, '', ' ', 'GET /a/1']) {
    it(`keeps name and source when it returns ${JSON.stringify(name)}`, () => {
      const event = convert(buildTree(root), withSettings({ transactionName: () => name }));
      assert.deepEqual([event.transaction, event.transaction_info.source], ['GET /a/1', 'url']);
    });
  }

  it('goes on without it when it throws, and says so', () => {
    const errors: unknown[] = [];
    const settings = {
      transactionName: () => {
        throw new Error('hook failed');
      },
      onHookError: (hook: string, error: unknown) => errors.push(hook, String(error)),
    };
    assert.equal(convert(buildTree(root), withSettings(settings)).transaction, 'GET /a/1');
    assert.deepEqual(errors, ['transactionName', 'Error: hook failed']);
  });

  it('goes on without it when it throws and nobody wants to know', () => {
    const transactionName = () => assert.fail('hook failed');
    assert.equal(convert(buildTree(root), withSettings({ transactionName })).transaction, 'GET /a/1');
  });

  it('reports no failure when there is none', () => {
    const onHookError = () => assert.fail('there is no hook');
    assert.equal(convert(buildTree(root), withSettings({ onHookError })).transaction, 'GET /a/1');
  });

  it('goes on without it when it is asynchronous, says so, and survives its rejection', async () => {
    const errors: unknown[] = [];
    const settings = untyped({
      transactionName: () => Promise.reject(new Error('late')),
      onHookError: (hook: string, error: unknown) => errors.push(hook, String(error)),
    });
    assert.equal(convert(buildTree(root), withSettings(settings)).transaction, 'GET /a/1');
    assert.deepEqual(errors, ['transactionName', 'TypeError: it must not be asynchronous']);
    await new Promise(resolve => setImmediate(resolve));
  });
});

describe('toTransaction of failed roots', () => {
  it('has status and message', () => {
    const status = { code: SpanStatusCode.ERROR, message: 'kaboom' };
    const { trace } = convert(buildTree(buildSpan({ status }))).contexts;
    assert.deepEqual([trace.status, trace.data['sentry.status.message']], ['internal_error', 'kaboom']);
  });
});
