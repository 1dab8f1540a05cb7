import assert from 'node:assert/strict';
import { SpanKind, type Span } from '@opentelemetry/api';
import { addBreadcrumb, type Breadcrumb } from '../../../src/helpers/root/add-breadcrumb.js';
import { setContext } from '../../../src/helpers/root/set-context.js';
import { setMeasurement } from '../../../src/helpers/root/set-measurement.js';
import { setTag } from '../../../src/helpers/root/set-tag.js';
import { setUser } from '../../../src/helpers/root/set-user.js';
import { updateTransactionName } from '../../../src/helpers/root/update-transaction-name.js';
import { getTraceData } from '../../../src/helpers/trace-data.js';
import { parseSentryBaggage } from '../../../src/protocol/baggage.js';
import type { TransactionEvent } from '../../../src/protocol/transaction.js';
import { jsonOf } from '../../support/parse-envelope.js';
import { untypedCall } from '../../support/untyped.js';
import { App, inChild, unregister } from '../support/app.js';

const AT_SECONDS = 1_760_000_000.25;

describe('values of a transaction', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  /** The transaction after `say` was called below its root. */
  async function saying(say: (child: Span, root: Span) => void): Promise<TransactionEvent> {
    inChild(app, say);
    return app.transaction();
  }

  const everyHelper: [name: string, say: (span?: Span) => void][] = [
    ['setMeasurement', span => setMeasurement('items', 3, 'none', span)],
    ['setTag', span => setTag('tenant', 'acme', span)],
    ['setUser', span => setUser({ id: 7 }, span)],
    ['setContext', span => setContext('cart', { items: 3 }, span)],
    ['addBreadcrumb', span => addBreadcrumb({ message: 'paid', timestamp: AT_SECONDS }, span)],
    ['updateTransactionName', span => updateTransactionName('checkout', 'custom', span)],
  ];
  for (const [name, say] of everyHelper) {
    describe(name, () => {
      it('changes the root from a span below it and nothing below', async () => {
        const { spans, ...fromChild } = await saying(() => say());
        app = new App();
        const { spans: _, ...fromRoot } = await saying((__, root) => say(root));
        assert.deepEqual(stable(fromChild), stable(fromRoot));
        assert.doesNotMatch(
          JSON.stringify(spans),
          /sentry\.(measurement|tag|user|context)|acme|paid|checkout/,
        );
        app = new App();
        assert.notDeepEqual(stable(fromChild), stable(await saying(() => {})));
      });

      it('takes any span of the transaction in place of the active one', async () => {
        const root = app.tracing.start('root');
        const child = app.tracing.start('child', root);
        say(child);
        child.end();
        root.end();
        const told = stable(await app.transaction());
        app = new App();
        assert.deepEqual(told, stable(await saying((_, open) => say(open))));
      });

      it('does nothing without a transaction, or with one that has ended', async () => {
        say();
        const root = app.tracing.start('root');
        const child = app.tracing.start('child', root);
        root.end();
        say(child);
        say(root);
        child.end();
        const told = stable(await app.transaction());
        app = new App();
        assert.deepEqual(told, stable(await saying(() => {})));
      });

      it('does not throw for what its types forbid', () => {
        for (const wrong of [undefined, null, 7, Symbol('wrong'), hostile()]) {
          inChild(app, () => untypedCall(helperOf(name), wrong, wrong, wrong));
        }
      });
    });
  }

  describe('setMeasurement', () => {
    const cases: [what: string, say: () => void, expected: TransactionEvent['measurements']][] = [
      ['without a unit', () => setMeasurement('items', 3), { items: { value: 3, unit: 'none' } }],
      [
        'with a unit',
        () => setMeasurement('db.time', 1.5, 'millisecond'),
        { 'db.time': { value: 1.5, unit: 'millisecond' } },
      ],
      ['zero', () => setMeasurement('items', 0), { items: { value: 0, unit: 'none' } }],
      [
        'a name of other characters',
        () => setMeasurement('cart-size', 3),
        { cart_size: { value: 3, unit: 'none' } },
      ],
      ['NaN', () => setMeasurement('items', Number.NaN), undefined],
      ['Infinity', () => setMeasurement('items', Infinity), undefined],
      [
        'twice',
        () => {
          setMeasurement('items', 3, 'byte');
          setMeasurement('items', 4);
        },
        { items: { value: 4, unit: 'none' } },
      ],
    ];
    for (const [what, say, expected] of cases) {
      it(`measures ${what}`, async () => {
        assert.deepEqual((await saying(say)).measurements, expected);
      });
    }
  });

  describe('setTag', () => {
    const cases: [what: string, say: () => void, expected: TransactionEvent['tags']][] = [
      ['text', () => setTag('tenant', 'acme'), { tenant: 'acme' }],
      ['a number', () => setTag('shard', 4), { shard: '4' }],
      ['a boolean', () => setTag('beta', false), { beta: 'false' }],
      ['a bigint', () => setTag('id', 9007199254740993n), { id: '9007199254740993' }],
      ['a key of other characters', () => setTag('my key', 'x'), { 'my-key': 'x' }],
      ['text of more than a line', () => setTag('note', 'a\nb'), { note: 'a b' }],
      ['what was never there as gone', () => setTag('tenant', null), undefined],
      [
        'what was there as gone',
        () => {
          setTag('tenant', 'acme');
          setTag('tenant', undefined);
        },
        undefined,
      ],
    ];
    for (const [what, say, expected] of cases) {
      it(`tags with ${what}`, async () => {
        assert.deepEqual((await saying(say)).tags, expected);
      });
    }

    it('keeps the part of a long value that a tag has no room for in the data', async () => {
      const long = 'x'.repeat(300);
      const { tags, contexts } = await saying(() => setTag('url', long));
      assert.equal(tags?.['url']?.length, 200);
      assert.equal(contexts.trace.data['sentry.tag.url'], long);
    });
  });

  describe('setUser', () => {
    const whole = { id: '7', email: 'a@b.example', username: 'ada', name: 'Ada L.', ip_address: '192.0.2.4' };

    for (const sendDefaultPii of [false, true]) {
      it(`is heard with sendDefaultPii ${sendDefaultPii}`, async () => {
        app = new App({ sendDefaultPii });
        assert.deepEqual((await saying(() => setUser(whole))).user, whole);
      });
    }

    it('stands before what instrumentations found out', async () => {
      app = new App({ sendDefaultPii: true });
      const { user } = await saying((_, root) => {
        setUser({ id: 7 });
        root.setAttributes({ 'user.id': 'other', 'client.address': '198.51.100.1' });
      });
      assert.deepEqual(user, { id: '7', ip_address: '198.51.100.1' });
    });

    it('replaces the user set before', async () => {
      const { user } = await saying(() => {
        setUser(whole);
        setUser({ id: 8, email: undefined });
      });
      assert.deepEqual(user, { id: '8' });
    });

    it('takes the user away', async () => {
      const { user } = await saying(() => {
        setUser(whole);
        setUser(null);
      });
      assert.equal(user, undefined);
    });

    it('leaves out an address that is none', async () => {
      const { user } = await saying(() => setUser({ id: 7, ip_address: '{{auto}}' }));
      assert.deepEqual(user, { id: '7' });
    });

    it('is told of errors as well, like tags and contexts', async () => {
      app = new App({ captureExceptions: 'all' });
      await saying(child => {
        setUser({ id: 7 });
        setTag('tenant', 'acme');
        setContext('cart', { items: 3 });
        child.recordException(new Error('boom'));
      });
      const [event] = app.tracing.mailbox.envelopes
        .flatMap(({ items }) => items)
        .filter(item => item.headers['type'] === 'event')
        .map(jsonOf);
      assert.ok(typeof event === 'object' && event !== null);
      assert.deepEqual(Reflect.get(event, 'user'), { id: '7' });
      assert.deepEqual(Reflect.get(event, 'tags'), { tenant: 'acme' });
      assert.deepEqual(Reflect.get(Object(Reflect.get(event, 'contexts')), 'cart'), { items: 3 });
    });
  });

  describe('setContext', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;

    const cases: [what: string, entry: unknown, expected: unknown][] = [
      ['text', 'a', 'a'],
      ['a number', 1.5, 1.5],
      ['a boolean', false, false],
      ['a list of text', ['a', 'b'], ['a', 'b']],
      ['a list of numbers', [1, 2], [1, 2]],
      ['a list of booleans', [true, false], [true, false]],
      ['an empty list', [], []],
      ['a mixed list', [1, 'a', null], '[1,"a",null]'],
      ['an object', { a: { b: [1] } }, '{"a":{"b":[1]}}'],
      ['a list of objects', [{ a: 1 }], '[{"a":1}]'],
      ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
      ['a date that is none', new Date(Number.NaN), undefined],
      ['an error', new TypeError('boom'), 'TypeError: boom'],
      ['a bigint', 7n, '7'],
      ['NaN', Number.NaN, '[NaN]'],
      ['null', null, undefined],
      ['undefined', undefined, undefined],
      ['a function', () => 1, undefined],
    ];
    for (const [what, entry, expected] of cases) {
      it(`holds ${what}`, async () => {
        const { contexts } = await saying(() => setContext('cart', { entry, other: 1 }));
        assert.deepEqual(contexts['cart'], { ...(expected !== undefined && { entry: expected }), other: 1 });
      });
    }

    it('holds what refers to itself', async () => {
      const { contexts } = await saying(() => setContext('cart', { circular }));
      assert.equal(typeof Reflect.get(contexts['cart'] ?? {}, 'circular'), 'string');
    });

    it('adds to what is there', async () => {
      const { contexts } = await saying(() => {
        setContext('cart', { items: 1, currency: 'EUR' });
        setContext('cart', { items: 2 });
      });
      assert.deepEqual(contexts['cart'], { items: 2, currency: 'EUR' });
    });

    it('has a name without dots', async () => {
      const { contexts } = await saying(() => setContext('my.cart', { 'item.count': 1 }));
      assert.deepEqual(contexts['my_cart'], { 'item.count': 1 });
    });

    it('does not change the trace', async () => {
      const { contexts } = await saying(() => setContext('trace', { trace_id: 'x' }));
      assert.match(contexts.trace.trace_id, /^[0-9a-f]{32}$/);
    });
  });

  describe('addBreadcrumb', () => {
    const base = { timestamp: AT_SECONDS, type: 'default', category: 'default', level: 'info' };
    const cases: [what: string, breadcrumb: Breadcrumb, expected: object][] = [
      ['a message alone', { message: 'paid' }, { ...base, message: 'paid' }],
      [
        'everything',
        {
          message: 'GET',
          category: 'fetch',
          level: 'warning',
          type: 'http',
          data: { status: 503, headers: { a: 1 }, none: undefined },
        },
        {
          ...base,
          message: 'GET',
          category: 'fetch',
          level: 'warning',
          type: 'http',
          data: { status: 503, headers: '{"a":1}' },
        },
      ],
      ['a category alone', { category: 'auth' }, { ...base, category: 'auth', message: 'auth' }],
      ['nothing', {}, { ...base, message: 'default' }],
    ];
    for (const [what, breadcrumb, expected] of cases) {
      it(`says ${what}`, async () => {
        const { breadcrumbs } = await saying(() => addBreadcrumb({ timestamp: AT_SECONDS, ...breadcrumb }));
        assert.deepEqual(breadcrumbs, [expected]);
      });
    }

    it('is now unless told otherwise', async () => {
      const before = Date.now() / 1000;
      const { breadcrumbs } = await saying(() => addBreadcrumb({ message: 'paid' }));
      const [{ timestamp } = { timestamp: 0 }] = breadcrumbs ?? [];
      assert.ok(Math.abs(timestamp - before) < 60, String(timestamp));
    });

    it('is not lost with a time that is none', async () => {
      const { breadcrumbs } = await saying(() => addBreadcrumb({ message: 'paid', timestamp: Number.NaN }));
      assert.deepEqual(
        breadcrumbs?.map(({ message }) => message),
        ['paid'],
      );
    });

    it('has no secret', async () => {
      const { breadcrumbs } = await saying(() =>
        addBreadcrumb({ message: 'GET https://user:hunter2@shop.example/?token=abc' }),
      );
      assert.doesNotMatch(JSON.stringify(breadcrumbs), /hunter2|abc/);
    });
  });

  describe('updateTransactionName', () => {
    it('renames the transaction', async () => {
      const { transaction, transaction_info } = await saying(() => updateTransactionName('checkout'));
      assert.deepEqual([transaction, transaction_info.source], ['checkout', 'custom']);
    });

    it('says what kind of name it is', async () => {
      const { transaction_info } = await saying(() => updateTransactionName('/users/:id', 'route'));
      assert.equal(transaction_info.source, 'route');
    });

    it('stands against instrumentations that rename the span later, and against its attributes', async () => {
      const attributes = { 'http.request.method': 'POST', 'http.route': '/graphql' };
      app.tracing.tracer.startActiveSpan('POST', { kind: SpanKind.SERVER, attributes }, root => {
        updateTransactionName('mutation CreateOrder');
        root.updateName('POST /graphql');
        root.end();
      });
      const { transaction, transaction_info } = await app.transaction();
      assert.deepEqual([transaction, transaction_info.source], ['mutation CreateOrder', 'custom']);
    });

    it('tells services that are called later', () => {
      inChild(app, () => {
        updateTransactionName('checkout');
        assert.equal(parseSentryBaggage(getTraceData().baggage)['transaction'], 'checkout');
      });
    });
  });
});

function helperOf(name: string): (...args: never[]) => unknown {
  const helpers = { setMeasurement, setTag, setUser, setContext, addBreadcrumb, updateTransactionName };
  const helper: unknown = Reflect.get(helpers, name);
  return typeof helper === 'function' ? (...args) => Reflect.apply(helper, undefined, args) : () => {};
}

function hostile(): unknown {
  return new Proxy(
    {},
    {
      get: () => {
        throw new Error('hostile');
      },
      ownKeys: () => {
        throw new Error('hostile');
      },
    },
  );
}

/** A transaction without ids and times. */
function stable({ contexts, user, tags, measurements, breadcrumbs, transaction }: Partial<TransactionEvent>) {
  const { data } = contexts?.trace ?? {};
  return { data, cart: contexts?.['cart'], user, tags, measurements, breadcrumbs, transaction };
}
