import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SpanKind } from '@opentelemetry/api';
import { traced } from '../../../src/helpers/spans/traced.js';
import type { TracedOptions } from '../../../src/helpers/spans/traced-target.js';
import { withSpan } from '../../../src/helpers/spans/with-span.js';
import { untypedCall } from '../../support/untyped.js';
import { App, childOf, unregister } from '../support/app.js';

const LEGACY = 'test/helpers/spans/experimental-decorators';
const COMPILE_TIMEOUT_MILLIS = 60_000;

const boom = new Error('boom');

describe('traced', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  async function sentNames(): Promise<string[]> {
    return (await app.transactions()).map(({ transaction }) => transaction);
  }

  describe('as a wrapper', () => {
    it('gives each call a span named after the function', async () => {
      const add = traced()(function add(a: number, b: number) {
        return a + b;
      });
      assert.equal(add(1, 2), 3);
      assert.equal(add(3, 4), 7);
      const [first, second] = await app.transactions();
      assert.equal(first?.transaction, 'add');
      assert.equal(first.contexts.trace.op, 'function');
      assert.equal(second?.transaction, 'add');
    });

    const names: [what: string, given: string | TracedOptions | undefined, name: string][] = [
      ['a text', 'sum up', 'sum up'],
      ['the option `name`', { name: 'sum up' }, 'sum up'],
      ['an undefined name: of the function', { name: undefined }, 'work'],
      ['nothing: of the function', undefined, 'work'],
    ];
    for (const [what, given, name] of names) {
      it(`takes the name from ${what}`, async () => {
        const work = () => {};
        traced(given)(work)();
        assert.deepEqual(await sentNames(), [name]);
      });
    }

    it('has a name for functions without one', async () => {
      traced()(() => {})();
      assert.deepEqual(await sentNames(), ['<anonymous>']);
    });

    it('passes options on to the span', async () => {
      const tracer = app.tracing.provider.getTracer('shop');
      const attributes = { 'order.id': 4 };
      traced({ op: 'task', kind: SpanKind.CLIENT, attributes, tracer })(function work() {})();
      const { op, data } = (await app.transaction()).contexts.trace;
      assert.deepEqual(
        [op, data['sentry.kind'], data['order.id'], data['otel.scope.name']],
        ['task', 'client', 4, 'shop'],
      );
    });

    it('starts no span without a parent if it must not', async () => {
      const work = traced({ name: 'work', onlyIfParent: true })(() => 1);
      assert.equal(work(), 1);
      withSpan('outer', work);
      await app.transactions();
      assert.deepEqual(app.tracing.sent, [['outer', 'work']]);
    });

    it('keeps name, length, properties, `this` and prototype of the function', () => {
      const original = Object.assign(
        function total(this: { rate: number }, net: number) {
          return net * this.rate;
        },
        { version: 2 },
      );
      const wrapped = traced()(original);
      assert.equal(wrapped.call({ rate: 3 }, 2), 6);
      assert.deepEqual([wrapped.name, wrapped.length, wrapped.version], ['total', 1, 2]);
      assert.ok(Function.prototype.isPrototypeOf(wrapped));
    });

    it('wraps functions that are frozen', () => {
      const wrapped = traced()(Object.freeze(() => 1));
      assert.ok(Object.isFrozen(wrapped));
      assert.ok(Function.prototype.isPrototypeOf(wrapped));
      assert.equal(wrapped(), 1);
    });

    it('is found where something was noted about the function before', () => {
      const notes = new WeakMap<object, string>();
      const original = () => {};
      notes.set(original, 'GET /orders');
      const chain: (string | undefined)[] = [];
      const wrapped = traced()(original);
      for (let at: unknown = wrapped; typeof at === 'function'; at = Object.getPrototypeOf(at))
        chain.push(notes.get(at));
      assert.deepEqual(chain, [undefined, 'GET /orders', undefined]);
    });

    it('records what a call throws or rejects with', async () => {
      const thrower = traced('sync')(() => {
        throw boom;
      });
      const rejecter = traced('async')(async () => {
        throw boom;
      });
      assert.throws(thrower, boom);
      await assert.rejects(rejecter, boom);
      const statuses = (await app.transactions()).map(({ contexts }) => contexts.trace.status);
      assert.deepEqual(statuses, ['internal_error', 'internal_error']);
    });
  });

  describe('as a standard decorator', () => {
    class Base {
      readonly #rate = 2;

      @traced()
      double(value: number): number {
        return value * this.#rate;
      }

      @traced({ name: 'fetch rates', op: 'http.client' })
      async load(): Promise<number> {
        await Promise.resolve();
        return this.#hidden();
      }

      @traced()
      #hidden(): number {
        return this.#rate;
      }

      @traced()
      static create(): Base {
        return new this();
      }

      @traced()
      fail(): never {
        throw boom;
      }

      @traced()
      get rate(): number {
        return this.#rate;
      }
    }

    class Derived extends Base {
      @traced()
      override double(value: number): number {
        return super.double(value) + 1;
      }
    }

    const calls: [what: string, call: () => unknown, result: unknown, names: string[]][] = [
      ['a method', () => new Base().double(4), 8, ['Base.double']],
      ['an async method', () => new Base().load(), 2, ['fetch rates', 'Base.#hidden']],
      ['a getter', () => new Base().rate, 2, ['Base.rate']],
      ['an overridden method', () => new Derived().double(4), 9, ['Derived.double', 'Derived.double']],
      ['an inherited method', () => new Derived().rate, 2, ['Derived.rate']],
    ];
    for (const [what, call, result, names] of calls) {
      it(`gives ${what} a span`, async () => {
        assert.equal(await call(), result);
        await app.transactions();
        assert.deepEqual(app.tracing.sent, [names]);
      });
    }

    it('gives a static method a span named after the class', async () => {
      assert.ok(Derived.create() instanceof Derived);
      assert.deepEqual(await sentNames(), ['Derived.create']);
    });

    it('records what a method throws', async () => {
      assert.throws(() => new Base().fail(), boom);
      assert.equal((await app.transaction()).contexts.trace.status, 'internal_error');
    });

    it('keeps name and length of the method', () => {
      const { double } = Base.prototype;
      assert.deepEqual([double.name, double.length], ['double', 1]);
    });

    it('needs no object to be called on', async () => {
      const { fail } = Base.prototype;
      assert.throws(() => fail.call(Object.create(null)), boom);
      const hostile = new Proxy(new Base(), {
        get: () => {
          throw new Error('hostile');
        },
      });
      assert.throws(() => fail.call(hostile), boom);
      assert.deepEqual(await sentNames(), ['fail', 'fail']);
    });
  });

  describe('as a legacy decorator', () => {
    class Mailer {
      readonly from = 'shop';

      send(to: string): string {
        return `${this.from} to ${to}`;
      }

      static create(): Mailer {
        return new Mailer();
      }
    }
    decorateLegacy(Mailer.prototype, 'send', traced());
    decorateLegacy(Mailer, 'create', traced({ op: 'task' }));

    it('gives a method a span', async () => {
      assert.equal(new Mailer().send('you'), 'shop to you');
      assert.deepEqual(await sentNames(), ['Mailer.send']);
    });

    it('gives a static method a span', async () => {
      assert.ok(Mailer.create() instanceof Mailer);
      const { transaction, contexts } = await app.transaction();
      assert.deepEqual([transaction, contexts.trace.op], ['Mailer.create', 'task']);
    });

    it('keeps the other properties of the descriptor', () => {
      const descriptor = { value: () => 1, enumerable: true, writable: false, configurable: false };
      const { value, ...others } = traced()({}, Symbol('id'), descriptor);
      assert.deepEqual(others, { enumerable: true, writable: false, configurable: false });
      assert.equal(value?.(), 1);
    });

    it('gives a getter a span', async () => {
      const mailer = Object.defineProperty(
        new Mailer(),
        'size',
        traced()(Mailer.prototype, 'size', { get: () => 3, enumerable: true }),
      );
      assert.equal(Reflect.get(mailer, 'size'), 3);
      assert.deepEqual(await sentNames(), ['Mailer.size']);
    });
  });

  it('works with `experimentalDecorators`, and has types for them', async function () {
    this.timeout(COMPILE_TIMEOUT_MILLIS);
    const tsc = 'node_modules/typescript/bin/tsc';
    await promisify(execFile)(process.execPath, [tsc, '-p', LEGACY]);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', `${LEGACY}/mailer.ts`],
      {
        env: { ...process.env, TSX_TSCONFIG_PATH: `${LEGACY}/tsconfig.json` },
      },
    );
    const { results, spans, mistake }: Record<string, unknown> = JSON.parse(stdout);
    assert.deepEqual(results, ['shop to you', 3]);
    assert.deepEqual(spans, ['Mailer.create', 'Mailer.send', 'Mailer.size', 'deliver']);
    assert.match(String(mistake), /^TypeError: .*not the field total$/);
  });

  describe('on what it cannot trace', () => {
    class Order {
      readonly total = 1;
    }
    const decorate = traced();
    const mistakes: [what: string, args: readonly unknown[], message: RegExp][] = [
      ['a class', [Order, { kind: 'class', name: 'Order' }], /not the class Order$/],
      ['a class, legacy', [Order], /not the class Order$/],
      ['a field', [undefined, { kind: 'field', name: 'total' }], /not the field total$/],
      ['a field, legacy', [Order.prototype, 'total'], /not the field total$/],
      ['a static field, legacy', [Order, Symbol('total')], /not the field Symbol\(total\)$/],
      ['an auto-accessor', [{}, { kind: 'accessor', name: 'total' }], /not the accessor total$/],
      [
        'a member that is no function, legacy',
        [Order.prototype, 'total', { value: 3 }],
        /not the member total$/,
      ],
      ['a number', [7], /not a value of type number$/],
      ['nothing', [undefined], /not a value of type undefined$/],
      ['null', [null], /not null$/],
    ];
    for (const [what, args, message] of mistakes)
      it(`throws a TypeError at once: ${what}`, () => {
        assert.throws(
          () => untypedCall(decorate, ...args),
          (error: unknown) => error instanceof TypeError && message.test(error.message),
        );
      });

    for (const options of [7, null])
      it(`throws a TypeError at once when its options are ${options}`, () => {
        assert.throws(() => untypedCall(traced, options), /^TypeError: traced\(\) takes a name or options/);
      });
  });

  it('ends the span of a generator when it was created', async () => {
    const count = traced('count')(function* () {
      yield 1;
    });
    withSpan('outer', () => assert.deepEqual([...count()], [1]));
    assert.equal(childOf(await app.transaction(), 'count').status, 'ok');
  });
});

/** What TypeScript makes of a decorated method with `experimentalDecorators`. */
function decorateLegacy(target: object, name: string, decorator: ReturnType<typeof traced>): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, name) ?? {};
  Object.defineProperty(target, name, decorator(target, name, descriptor));
}
