import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { UserFilters } from '../../src/filtering/user-filters.js';
import type { SentryBridgeOptions, TransactionHint } from '../../src/options.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import type { SpanJson, TransactionEvent } from '../../src/protocol/transaction.js';
import { lossesOf } from '../support/accounts.js';
import { lineage, spanJson, transactionEvent } from '../support/events.js';
import { RecordedLog } from '../support/recorded-log.js';
import { configOf } from '../support/shared.js';
import { buildSpan } from '../support/spans.js';
import { untypedOptions } from '../support/untyped.js';

/** The spans an event was made from. */
const HINT: TransactionHint = { root: buildSpan(), descendants: [] };

interface Filtered {
  readonly result: TransactionEvent | undefined;
  readonly losses: Record<string, number>;
}

function filter(options: SentryBridgeOptions, event: TransactionEvent = threeSpans()): Filtered {
  const losses = new LossCounter();
  const result = new UserFilters(configOf(options), losses).apply(event, HINT);
  return { result, losses: lossesOf(losses) };
}

function threeSpans(): TransactionEvent {
  return transactionEvent([
    spanJson('1', { description: 'SELECT 1', op: 'db', data: { 'db.system': 'redis' } }),
    spanJson('2', { parent_span_id: '1', description: 'GET /api', op: 'http.client' }),
    spanJson('3', { parent_span_id: '2', description: 'dns' }),
  ]);
}

function dropped(reason: string, spans = 4): Record<string, number> {
  return { [`${reason}/transaction`]: 1, [`${reason}/span`]: spans };
}

const throwing = () => {
  throw new Error('broken');
};

/** What JavaScript users return by mistake. */
const MISTAKES: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['false', false],
  ['true', true],
  ['0', 0],
  ['a number', 7],
  ['empty text', ''],
  ['text', 'text'],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a bigint', 7n],
  ['an empty object', {}],
  ['a list', []],
  ['a promise', Promise.resolve(null)],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['an object without ids', { description: 'x', data: {} }],
];

/** What can be put into `data` and not into JSON. */
const BEYOND_JSON: readonly (readonly [name: string, value: () => unknown])[] = [
  ['a bigint', () => 7n],
  [
    'a cycle',
    () => {
      const cycle: Record<string, unknown> = {};
      return Object.assign(cycle, { cycle });
    },
  ],
  ['more levels than the stack has', () => deep(100_000)],
  ['what cannot be read', () => Object.defineProperty({}, 'x', { enumerable: true, get: throwing })],
  ['what throws when it is made JSON', () => ({ toJSON: throwing })],
];

function deep(levels: number): object {
  let value = {};
  for (let level = 0; level < levels; level++) value = { value };
  return value;
}

describe('UserFilters', () => {
  let log: RecordedLog;

  /** Nothing changed, nothing lost, one line about it. */
  function assertUnmodified({ result, losses }: Filtered, hook: string): void {
    assert.deepEqual(result, threeSpans());
    assert.deepEqual(losses, {});
    assert.deepEqual(
      log.lines.map(line => line.split(' failed: ')[0]),
      [`error: ${hook}`],
    );
  }

  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  it('changes and counts nothing without filters', () => {
    const event = threeSpans();
    const { result, losses } = filter({}, event);
    assert.equal(result, event);
    assert.deepEqual(result, threeSpans());
    assert.deepEqual(losses, {});
  });

  describe('ignoreTransactions', () => {
    for (const pattern of ['/shop', /^GET/, /SHOP/i]) {
      it(`drops the transaction and its spans for ${String(pattern)}`, () => {
        const { result, losses } = filter({ ignoreTransactions: ['x', pattern] });
        assert.equal(result, undefined);
        assert.deepEqual(losses, dropped('ignored'));
      });
    }

    it('does not look at children', () => {
      const { result, losses } = filter({ ignoreTransactions: ['SELECT', 'dns'] });
      assert.equal(result?.spans.length, 3);
      assert.deepEqual(losses, {});
    });

    it('drops a transaction without children', () => {
      assert.deepEqual(
        filter({ ignoreTransactions: ['/shop'] }, transactionEvent()).losses,
        dropped('ignored', 1),
      );
    });

    it('comes before everything else', () => {
      let calls = 0;
      const count = () => {
        calls++;
        return null;
      };
      const hooks = { beforeSendSpan: count, beforeSendTransaction: count };
      assert.deepEqual(filter({ ignoreTransactions: ['/shop'], ...hooks }).losses, dropped('ignored'));
      assert.equal(calls, 0);
    });
  });

  describe('ignoreSpans', () => {
    it('drops spans, moves their children up, and counts them', () => {
      const { result, losses } = filter({ ignoreSpans: ['SELECT', { op: 'http.client' }] });
      assert.deepEqual(lineage(result?.spans ?? []), ['3<root']);
      assert.deepEqual(losses, { 'ignored/span': 2 });
    });

    for (const pattern of [
      '/shop',
      { op: 'http.server' },
      { attributes: { 'http.route': '/shop' } },
      { name: /shop$/, op: 'http' },
    ]) {
      it(`drops the transaction when the root matches ${JSON.stringify(pattern)}`, () => {
        const { result, losses } = filter({ ignoreSpans: [pattern] });
        assert.equal(result, undefined);
        assert.deepEqual(losses, dropped('ignored'));
      });
    }

    it('drops spans by their attributes', () => {
      const { result } = filter({ ignoreSpans: [{ attributes: { 'db.system': 'redis' } }] });
      assert.deepEqual(lineage(result?.spans ?? []), ['2<root', '3<2']);
    });

    it('can drop all spans and keep the transaction', () => {
      const { result, losses } = filter({ ignoreSpans: ['SELECT', 'GET /api', 'dns'] });
      assert.deepEqual(result?.spans, []);
      assert.deepEqual(losses, { 'ignored/span': 3 });
    });

    it('drops nothing for an empty pattern', () => {
      assert.deepEqual(filter({ ignoreSpans: [{}] }).losses, {});
    });

    it('comes before the hooks', () => {
      const seen: string[] = [];
      const beforeSendSpan = (span: SpanJson) => {
        seen.push(span.span_id);
        return span;
      };
      filter({ ignoreSpans: ['SELECT'], beforeSendSpan });
      assert.deepEqual(seen, ['2', '3']);
    });
  });

  describe('beforeSendSpan', () => {
    it('is asked about every child, not about the root', () => {
      const seen: string[] = [];
      filter({
        beforeSendSpan: span => {
          seen.push(span.description);
          return span;
        },
      });
      assert.deepEqual(seen, ['SELECT 1', 'GET /api', 'dns']);
    });

    it('may change a span, or give another', () => {
      const { result, losses } = filter({
        beforeSendSpan: span => {
          if (span.span_id === '2') return { ...span, description: 'changed' };
          span.data['seen'] = true;
          return span;
        },
      });
      assert.deepEqual(
        result?.spans.map(({ description, data }) => [description, data['seen']]),
        [
          ['SELECT 1', true],
          ['changed', undefined],
          ['dns', true],
        ],
      );
      assert.deepEqual(losses, {});
    });

    it('drops a span for which it returns null, and moves its children up', () => {
      const { result, losses } = filter({ beforeSendSpan: span => (span.span_id === '2' ? null : span) });
      assert.deepEqual(lineage(result?.spans ?? []), ['1<root', '3<1']);
      assert.deepEqual(losses, { 'before_send/span': 1 });
      assert.deepEqual(log.lines, []);
    });

    for (const [name, value] of MISTAKES) {
      it(`sends the span as it was, and says so, when it returns ${name}`, () => {
        const beforeSendSpan = (span: SpanJson) => (span.span_id === '2' ? value : span);
        assertUnmodified(filter(untypedOptions({ beforeSendSpan })), 'beforeSendSpan');
      });
    }

    it('sends the span as it was when it throws, and says why', () => {
      const beforeSendSpan = (span: SpanJson) => (span.span_id === '1' ? throwing() : span);
      assertUnmodified(filter({ beforeSendSpan }), 'beforeSendSpan');
      assert.match(log.lines.join(), /^error: beforeSendSpan failed: Error: broken/);
    });

    it('takes back what it did to a span before it threw', () => {
      const beforeSendSpan = (span: SpanJson) => {
        span.description = 'half';
        span.span_id = 'x';
        span.data['db.system'] = 'changed';
        delete span.op;
        return throwing();
      };
      assertUnmodified(filter({ beforeSendSpan }), 'beforeSendSpan');
    });

    for (const [name, value] of BEYOND_JSON) {
      it(`sends the span as it was when it puts in ${name}`, () => {
        const beforeSendSpan = (span: SpanJson) => ({ ...span, data: { value: value() } });
        assertUnmodified(filter(untypedOptions({ beforeSendSpan })), 'beforeSendSpan');
        const inPlace = (span: SpanJson) => Object.assign(span, { extra: value() });
        assert.deepEqual(filter(untypedOptions({ beforeSendSpan: inPlace })).result, threeSpans());
      });
    }

    it('sends the span as it was when it is to end before it starts', () => {
      const beforeSendSpan = (span: SpanJson) => ({ ...span, timestamp: span.start_timestamp - 1 });
      assertUnmodified(filter({ beforeSendSpan }), 'beforeSendSpan');
    });

    it('drops what it rejects beside what it fails for', () => {
      const beforeSendSpan = (span: SpanJson) => (span.span_id === '1' ? throwing() : null);
      const { result, losses } = filter({ beforeSendSpan });
      assert.deepEqual(lineage(result?.spans ?? []), ['1<root']);
      assert.deepEqual(losses, { 'before_send/span': 2 });
    });

    it('drops the right span when it changes the id before it rejects', () => {
      const { result, losses } = filter(
        untypedOptions({
          beforeSendSpan: (span: SpanJson) => {
            if (span.span_id !== '2') return span;
            span.span_id = 'x';
            return null;
          },
        }),
      );
      assert.deepEqual(
        result?.spans.map(({ span_id: id }) => id),
        ['1', '3'],
      );
      assert.equal(sum(losses), 1);
    });

    it('does not drop other spans with the id of a rejected one', () => {
      const twice = transactionEvent([
        spanJson('1', { description: 'keep' }),
        spanJson('1', { description: 'drop' }),
      ]);
      const beforeSendSpan = (span: SpanJson) => (span.description === 'drop' ? null : span);
      const { result, losses } = filter({ beforeSendSpan }, twice);
      assert.deepEqual(
        result?.spans.map(({ description }) => description),
        ['keep'],
      );
      assert.deepEqual(losses, { 'before_send/span': 1 });
    });
  });

  it('says once that a hook fails, however often it does', () => {
    const filters = new UserFilters(
      configOf({ beforeSendSpan: throwing, beforeSendTransaction: throwing }),
      new LossCounter(),
    );
    for (let time = 0; time < 3; time++) filters.apply(threeSpans(), HINT);
    assert.deepEqual(
      log.lines.map(line => line.replace(/ failed.*/, '')),
      ['error: beforeSendSpan', 'error: beforeSendTransaction'],
    );
  });

  for (const hook of ['beforeSendSpan', 'beforeSendTransaction'] as const) {
    it(`sends what an asynchronous ${hook} was given as it was, says so, and survives its rejection`, async () => {
      const rejecting = () => Promise.reject(new Error('broken'));
      assertUnmodified(filter(untypedOptions({ [hook]: rejecting })), hook);
      assert.match(log.lines.join(), new RegExp(`^error: ${hook} failed: TypeError: it must not be async`));
      await new Promise(resolve => setImmediate(resolve));
    });
  }

  describe('beforeSendTransaction', () => {
    it('may change the transaction, or give another', () => {
      const changed = filter({
        beforeSendTransaction: event => {
          event.transaction = 'changed';
          return event;
        },
      });
      assert.equal(changed.result?.transaction, 'changed');
      const other = filter({ beforeSendTransaction: event => ({ ...event, transaction: 'other' }) });
      assert.equal(other.result?.transaction, 'other');
      assert.deepEqual([changed.losses, other.losses], [{}, {}]);
    });

    it('sees what the filters before it left', () => {
      const seen: string[][] = [];
      filter({
        ignoreSpans: ['SELECT'],
        beforeSendSpan: span => (span.span_id === '2' ? null : span),
        beforeSendTransaction: event => {
          seen.push(lineage(event.spans));
          return event;
        },
      });
      assert.deepEqual(seen, [['3<root']]);
    });

    it('may remove spans, which are counted', () => {
      const { result, losses } = filter({
        beforeSendTransaction: event => ({ ...event, spans: event.spans.slice(0, 1) }),
      });
      assert.equal(result?.spans.length, 1);
      assert.deepEqual(losses, { 'before_send/span': 2 });
    });

    it('may add spans', () => {
      const { result, losses } = filter({
        beforeSendTransaction: event => ({ ...event, spans: [...event.spans, spanJson('4')] }),
      });
      assert.equal(result?.spans.length, 4);
      assert.deepEqual(losses, {});
    });

    it('is told which spans the event was made from', () => {
      const seen: unknown[] = [];
      filter({
        beforeSendTransaction: (event, { root, descendants }) => {
          seen.push(root, descendants);
          return event;
        },
      });
      assert.deepEqual(seen, [HINT.root, HINT.descendants]);
    });

    it('drops the transaction when it returns null, whatever it did to it', () => {
      const beforeSendTransaction = (event: TransactionEvent) => {
        event.spans.length = 0;
        return null;
      };
      const { result, losses } = filter({ beforeSendTransaction });
      assert.equal(result, undefined);
      assert.deepEqual(losses, dropped('before_send'));
      assert.deepEqual(log.lines, []);
    });

    const mistakes: readonly (readonly [name: string, value: unknown])[] = [
      ...MISTAKES,
      ['an event without spans', { ...transactionEvent(), spans: undefined }],
      ['an event whose spans are null', { ...transactionEvent(), spans: null }],
      ['an event whose spans are a number', { ...transactionEvent(), spans: 7 }],
      ['an event whose spans are text', { ...transactionEvent(), spans: 'text' }],
      ['an event whose spans are an object', { ...transactionEvent(), spans: {} }],
      ['an event with null for a span', { ...transactionEvent(), spans: [null] }],
      ['an event with a span without ids', { ...transactionEvent(), spans: [{}] }],
      ['an event without a name', { ...transactionEvent(), transaction: '' }],
      ['an event that ends before it starts', { ...transactionEvent(), timestamp: 1 }],
    ];
    for (const [name, value] of mistakes) {
      it(`sends the transaction as it was, and says so, when it returns ${name}`, () => {
        const beforeSendTransaction = () => value;
        assertUnmodified(filter(untypedOptions({ beforeSendTransaction })), 'beforeSendTransaction');
      });
    }

    it('sends the transaction as it was when it throws, and says why', () => {
      assertUnmodified(filter({ beforeSendTransaction: throwing }), 'beforeSendTransaction');
      assert.match(log.lines.join(), /^error: beforeSendTransaction failed: Error: broken/);
    });

    it('takes back what it did to the transaction before it threw', () => {
      const beforeSendTransaction = (event: TransactionEvent) => {
        event.transaction = 'half';
        event.contexts.trace.data['http.route'] = 'changed';
        event.spans[0]?.links?.push({ trace_id: 'x', span_id: 'x', sampled: true });
        event.spans.length = 1;
        event.tags = { half: 'yes' };
        return throwing();
      };
      assertUnmodified(filter({ beforeSendTransaction }), 'beforeSendTransaction');
    });

    it('sees, and fails without harm to, what the filters before it left', () => {
      const { result, losses } = filter({
        ignoreSpans: ['SELECT'],
        beforeSendSpan: span => ({ ...span, description: 'changed' }),
        beforeSendTransaction: throwing,
      });
      assert.deepEqual(
        result?.spans.map(({ description }) => description),
        ['changed', 'changed'],
      );
      assert.deepEqual(losses, { 'ignored/span': 1 });
    });

    for (const [name, value] of BEYOND_JSON) {
      it(`sends the transaction as it was when it puts in ${name}`, () => {
        const beforeSendTransaction = (event: TransactionEvent) => ({ ...event, extra: value() });
        assertUnmodified(filter(untypedOptions({ beforeSendTransaction })), 'beforeSendTransaction');
        const inPlace = (event: TransactionEvent) => {
          Reflect.set(event.contexts.trace.data, 'value', value());
          return event;
        };
        assert.deepEqual(filter({ beforeSendTransaction: inPlace }).result, threeSpans());
      });
    }

    it('can change contexts without changing those of other events', () => {
      const app = { app_name: 'shop' };
      const event = threeSpans();
      event.contexts['app'] = app;
      filter(
        {
          beforeSendTransaction: changed => {
            for (const context of Object.values(changed.contexts))
              Reflect.set(context, 'app_name', 'changed');
            return changed;
          },
        },
        event,
      );
      assert.deepEqual(app, { app_name: 'shop' });
    });

    it('counts the spans that were there before it emptied the list', () => {
      const { losses } = filter({
        beforeSendTransaction: event => {
          event.spans.splice(0, 2);
          return event;
        },
      });
      assert.deepEqual(losses, { 'before_send/span': 2 });
    });

    it('does not count again what other filters dropped', () => {
      const { losses } = filter({
        ignoreSpans: ['SELECT'],
        beforeSendSpan: span => (span.span_id === '2' ? null : span),
        beforeSendTransaction: () => null,
      });
      assert.deepEqual(losses, {
        'ignored/span': 1,
        'before_send/span': 1 + 2,
        'before_send/transaction': 1,
      });
    });
  });

  it('accounts for every span, whatever filters and hooks do', () => {
    const fate = fc.constantFrom('keep', 'null', 'undefined', 'throw', 'ignore');
    fc.assert(
      fc.property(
        fc.array(fate, { maxLength: 20 }),
        fc.constantFrom('keep', 'null', 'throw', 'half'),
        (fates, end) => {
          const spans = fates.map((each, index) =>
            spanJson(`s${index}`, {
              description: each,
              ...(index > 0 && { parent_span_id: `s${Math.floor(index / 2)}` }),
            }),
          );
          const { result, losses } = filter(
            untypedOptions({
              ignoreSpans: ['ignore'],
              beforeSendSpan: (span: SpanJson) => {
                if (span.description === 'throw') throw new Error('broken');
                return span.description === 'keep' ? span : span.description === 'null' ? null : undefined;
              },
              beforeSendTransaction: (event: TransactionEvent) => {
                if (end === 'throw') throw new Error('broken');
                if (end === 'half') event.spans.splice(0, Math.floor(event.spans.length / 2));
                return end === 'null' ? null : event;
              },
            }),
            transactionEvent(spans),
          );
          const lost = Object.entries(losses).reduce(
            (all, [key, count]) => (key.endsWith('/span') ? all + count : all),
            0,
          );
          const sent = result === undefined ? 0 : result.spans.length + 1;
          assert.equal(lost + sent, fates.length + 1);
          if (end !== 'null' && end !== 'half') {
            const isKept = (each: string) => each === 'keep' || each === 'throw' || each === 'undefined';
            assert.equal(result?.spans.length, fates.filter(isKept).length);
          }
          const ids = new Set(result?.spans.map(({ span_id: id }) => id));
          if (end === 'keep') {
            for (const { parent_span_id: parent = '' } of result?.spans ?? []) {
              assert.ok(!parent.startsWith('s') || ids.has(parent));
            }
          }
        },
      ),
    );
  });
});

function sum(losses: Record<string, number>): number {
  return Object.values(losses).reduce((all, count) => all + count, 0);
}
