import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { UserFilters } from '../../src/filtering/user-filters.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import type { SpanJson, TransactionEvent } from '../../src/protocol/transaction.js';
import { lossesOf } from '../support/accounts.js';
import { lineage, spanJson, transactionEvent } from '../support/events.js';
import { RecordedLog } from '../support/recorded-log.js';
import { configOf } from '../support/shared.js';
import { untypedOptions } from '../support/untyped.js';

interface Filtered {
  readonly result: TransactionEvent | undefined;
  readonly losses: Record<string, number>;
}

function filter(options: SentryBridgeOptions, event: TransactionEvent = threeSpans()): Filtered {
  const losses = new LossCounter();
  const result = new UserFilters(configOf(options), losses).apply(event);
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
const NOT_OBJECTS: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['true', true],
  ['0', 0],
  ['a number', 7],
  ['empty text', ''],
  ['text', 'text'],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a bigint', 7n],
];
const STRANGE_OBJECTS: readonly (readonly [name: string, value: unknown])[] = [
  ['an empty object', {}],
  ['a list', []],
  ['a promise', Promise.resolve(null)],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['an object without ids', { description: 'x', data: {} }],
];

describe('UserFilters', () => {
  let log: RecordedLog;
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

    for (const [name, value] of NOT_OBJECTS) {
      it(`drops a span for which it returns ${name}, and moves its children up`, () => {
        const beforeSendSpan = (span: SpanJson) => (span.span_id === '2' ? value : span);
        const { result, losses } = filter(untypedOptions({ beforeSendSpan }));
        assert.deepEqual(lineage(result?.spans ?? []), ['1<root', '3<1']);
        assert.deepEqual(losses, { 'before_send/span': 1 });
      });
    }

    for (const [name, value] of STRANGE_OBJECTS) {
      it(`sends nothing that is no span when it returns ${name}, and counts the span`, () => {
        const beforeSendSpan = (span: SpanJson) => (span.span_id === '2' ? value : span);
        const { result, losses } = filter(untypedOptions({ beforeSendSpan }));
        assert.deepEqual(lineage(result?.spans ?? []), ['1<root', '3<1']);
        assert.equal(sum(losses), 1);
      });
    }

    it('drops a span for which it throws, as it may be there to remove secrets, and says so', () => {
      const beforeSendSpan = (span: SpanJson) => (span.span_id === '1' ? throwing() : span);
      const { result, losses } = filter({ beforeSendSpan });
      assert.deepEqual(lineage(result?.spans ?? []), ['2<root', '3<2']);
      assert.deepEqual(losses, { 'callback_error/span': 1 });
      assert.match(log.lines.join(), /^error: beforeSendSpan failed: Error: broken/);
    });

    it('counts by reason what it rejects and where it fails', () => {
      const beforeSendSpan = (span: SpanJson) => (span.span_id === '1' ? throwing() : null);
      const { result, losses } = filter({ beforeSendSpan });
      assert.deepEqual(result?.spans, []);
      assert.deepEqual(losses, { 'callback_error/span': 1, 'before_send/span': 2 });
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
    for (let time = 0; time < 3; time++) filters.apply(threeSpans());
    assert.deepEqual(
      log.lines.map(line => line.replace(/ failed.*/, '')),
      ['error: beforeSendSpan', 'error: beforeSendTransaction'],
    );
  });

  for (const hook of ['beforeSendSpan', 'beforeSendTransaction'] as const) {
    it(`sends nothing that an asynchronous ${hook} was given, says so, and survives its rejection`, async () => {
      const { result, losses } = filter(
        untypedOptions({ [hook]: () => Promise.reject(new Error('broken')) }),
      );
      assert.deepEqual(result?.spans ?? [], []);
      assert.equal(losses['callback_error/span'], hook === 'beforeSendSpan' ? 3 : 4);
      assert.match(log.lines.join(), new RegExp(`^error: ${hook} failed: TypeError: `));
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

    for (const [name, value] of NOT_OBJECTS) {
      it(`drops the transaction when it returns ${name}`, () => {
        const { result, losses } = filter(untypedOptions({ beforeSendTransaction: () => value }));
        assert.equal(result, undefined);
        assert.deepEqual(losses, dropped('before_send'));
      });
    }

    const noTransactions: readonly (readonly [name: string, value: unknown])[] = [
      ...STRANGE_OBJECTS,
      ['an event without spans', { ...transactionEvent(), spans: undefined }],
      ['an event whose spans are null', { ...transactionEvent(), spans: null }],
      ['an event whose spans are a number', { ...transactionEvent(), spans: 7 }],
      ['an event whose spans are text', { ...transactionEvent(), spans: 'text' }],
      ['an event whose spans are an object', { ...transactionEvent(), spans: {} }],
    ];
    for (const [name, value] of noTransactions) {
      it(`sends nothing and counts everything once when it returns ${name}`, () => {
        const { result, losses } = filter(untypedOptions({ beforeSendTransaction: () => value }));
        assert.equal(result, undefined);
        assert.equal(losses['before_send/transaction'] ?? losses['callback_error/transaction'], 1);
        assert.equal(sum(losses), 5);
      });
    }

    it('drops the transaction when it throws, as it may be there to remove secrets, and says so', () => {
      const { result, losses } = filter({ beforeSendTransaction: throwing });
      assert.equal(result, undefined);
      assert.deepEqual(losses, dropped('callback_error'));
      assert.match(log.lines.join(), /^error: beforeSendTransaction failed: Error: broken/);
    });

    it('counts the spans that were there before it threw', () => {
      const { losses } = filter({
        beforeSendTransaction: event => {
          event.spans.length = 0;
          return throwing();
        },
      });
      assert.deepEqual(losses, dropped('callback_error'));
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
