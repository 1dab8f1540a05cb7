import assert from 'node:assert/strict';
import { DebugPrinter } from '../../src/debug-printer.js';
import { createDelivery, createSpotlightOnly } from '../../src/create-delivery.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { parseDsn } from '../../src/protocol/dsn.js';
import type { DeliveryObserver } from '../../src/transport/delivery-options.js';
import { combineObservers } from '../../src/transport/observers.js';
import type { SendOutcome } from '../../src/transport/transport.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeSpotlight } from '../support/fake-spotlight.js';
import { outgoingError, outgoingTransaction } from '../support/outgoing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { networkError, ScriptedTransport } from '../support/scripted-transport.js';
import { configOf, sharedOf } from '../support/shared.js';
import { TRACE_ID } from '../support/trace-headers.js';

const DSN = 'https://public:secretkey@o1.ingest.sentry.io/42';
const PREFIX = '[otel-sentry-bridge] ';

/** A printer, and what it printed without the prefix. */
function printing(): { printer: DebugPrinter; lines: string[]; print: (line: string) => void } {
  const lines: string[] = [];
  const print = (line: string) => {
    assert.ok(line.startsWith(PREFIX), line);
    assert.ok(!line.includes('\n'), line);
    lines.push(line.slice(PREFIX.length));
  };
  return { printer: new DebugPrinter(print), lines, print };
}

describe('DebugPrinter', () => {
  describe('when started', () => {
    const cases: [options: SentryBridgeOptions, line: string][] = [
      [
        { dsn: DSN, tracesSampleRate: 0.2 },
        'dsn https://public@o1.ingest.sentry.io/42, sampling at rate 0.2',
      ],
      [{ dsn: DSN }, 'dsn https://public@o1.ingest.sentry.io/42, sampling off (no tracesSampleRate)'],
      [{ tracesSampler: () => 1 }, 'no dsn, sampling by tracesSampler'],
      [
        { tracesSampleRate: 0, spotlight: true },
        'no dsn, Spotlight http://localhost:8969/stream, sampling at rate 0',
      ],
      [
        {
          dsn: DSN,
          tracesSampleRate: 1,
          tunnel: 'https://user:pw@t.example.com/in?token=abc',
          spotlight: 'http://user:pw@host/s?k=v',
        },
        'dsn https://public@o1.ingest.sentry.io/42, tunnel https://t.example.com/in, Spotlight http://host/s, sampling at rate 1',
      ],
    ];
    for (const [options, line] of cases) {
      it(`says "${line}"`, () => {
        const { printer, lines } = printing();
        printer.started(configOf(options));
        assert.deepEqual(lines, [`started: ${line}`]);
      });
    }
  });

  describe('when an envelope is settled', () => {
    const outcomes: [outcome: SendOutcome, text: string][] = [
      [{ kind: 'delivered' }, 'delivered'],
      [{ kind: 'rate_limited' }, 'refused, as Sentry limits rates (429)'],
      [{ kind: 'rejected', statusCode: 413 }, 'rejected with status 413'],
      [{ kind: 'failed', error: networkError('ECONNRESET') }, 'not delivered (Error: connect ECONNRESET)'],
      [{ kind: 'spooled', error: networkError('ECONNRESET') }, 'kept on disk (Error: connect ECONNRESET)'],
      [{ kind: 'dropped', reason: 'queue_overflow' }, 'dropped (queue_overflow)'],
    ];
    for (const [outcome, text] of outcomes) {
      it(`says "${text}"`, () => {
        const { printer, lines } = printing();
        printer.onSettled(outcome, outgoingTransaction({ name: 'GET /orders', spans: 4 }));
        assert.deepEqual(lines, [`transaction "GET /orders", spans 5, trace ${TRACE_ID}: ${text}`]);
      });
    }

    it('names no trace where there is none', () => {
      const { printer, lines } = printing();
      const { envelope, ...rest } = outgoingError();
      printer.onSettled({ kind: 'delivered' }, { ...rest, envelope: { ...envelope, headers: {} } });
      assert.deepEqual(lines, ['event: delivered']);
    });

    it('survives payloads that are no JSON, and keeps what they hold to itself', () => {
      const { printer, lines } = printing();
      const items = ['{', '"text"', new Uint8Array(3), '{"message":"secret"}'].map(payload => ({
        headers: { type: 'event' },
        payload,
      }));
      printer.onSettled({ kind: 'delivered' }, { ...outgoingError(), envelope: { headers: {}, items } });
      assert.deepEqual(lines, ['event, event, event, event: delivered']);
    });

    it('names a transaction once that has a profile', () => {
      const { printer, lines } = printing();
      const { envelope, ...rest } = outgoingTransaction();
      const profile = { headers: { type: 'profile' }, payload: '{"transaction":{"name":"GET /orders"}}' };
      const items = [...envelope.items, profile];
      printer.onSettled({ kind: 'delivered' }, { ...rest, envelope: { ...envelope, items } });
      assert.deepEqual(lines, [`transaction "GET /orders", profile, spans 3, trace ${TRACE_ID}: delivered`]);
    });

    it('keeps lines short, and one', () => {
      const { printer, lines } = printing();
      printer.onSettled({ kind: 'delivered' }, outgoingTransaction({ name: 'x\n'.repeat(100_000) }));
      const error = new Error('line 1\nline 2');
      printer.onSettled({ kind: 'failed', error }, outgoingError());
      assert.ok((lines[0]?.length ?? 0) <= 500);
      assert.equal(lines[1], `event, trace ${TRACE_ID}: not delivered (Error: line 1 line 2)`);
    });
  });

  it('prints to stderr unless told otherwise', () => {
    const written: unknown[] = [];
    const { write } = process.stderr;
    process.stderr.write = chunk => written.push(chunk) > 0;
    try {
      new DebugPrinter().started(configOf());
    } finally {
      process.stderr.write = write;
    }
    assert.deepEqual(written, [`${PREFIX}started: no dsn, sampling off (no tracesSampleRate)\n`]);
  });

  describe('with the option debug', () => {
    async function deliver(options: SentryBridgeOptions): Promise<string[]> {
      const dsn = parseDsn(DSN);
      assert.ok(dsn !== undefined);
      const { lines, print } = printing();
      const transport = new ScriptedTransport(() => 200);
      const shared = sharedOf({ dsn: DSN, transport, ...options });
      const delivery = createDelivery(shared, dsn, print);
      await delivery.send(outgoingTransaction({ name: 'a' }));
      await delivery.close(0);
      return lines;
    }

    it('tells what delivery does', async () => {
      assert.deepEqual(await deliver({ debug: true, tracesSampleRate: 1 }), [
        'started: dsn https://public@o1.ingest.sentry.io/42, sampling at rate 1',
        `transaction "a", spans 3, trace ${TRACE_ID}: delivered`,
      ]);
    });

    it('is silent without it', async () => assert.deepEqual(await deliver({}), []));

    it('tells what Spotlight gets where there is no DSN', async () => {
      const server = await FakeSpotlight.start();
      const { lines, print } = printing();
      const only = createSpotlightOnly(sharedOf({ debug: true, spotlight: server.url }), print);
      only?.post(outgoingTransaction({ name: 'a' }), () => undefined);
      await only?.close(1000);
      assert.deepEqual(lines, [
        `started: no dsn, Spotlight ${server.url}, sampling off (no tracesSampleRate)`,
        `transaction "a", spans 3, trace ${TRACE_ID}: delivered`,
      ]);
      await server.close();
    });

    it('tells that nothing is sent where there is neither', () => {
      const { lines, print } = printing();
      assert.equal(createSpotlightOnly(sharedOf({ debug: true }, new FakeClock()), print), undefined);
      assert.deepEqual(lines, ['started: no dsn, sampling off (no tracesSampleRate)']);
    });
  });
});

describe('combineObservers', () => {
  const outcome: SendOutcome = { kind: 'delivered' };

  it('tells each of them everything, in order', () => {
    const calls: string[] = [];
    const named = (name: string): DeliveryObserver => ({
      onHandedOver: ({ category }) => calls.push(`${name} handed over ${category}`),
      onSettled: ({ kind }, { category }) => calls.push(`${name} ${kind} ${category}`),
    });
    const combined = combineObservers([named('a'), undefined, {}, named('b')]);
    combined?.onHandedOver?.(outgoingError());
    combined?.onSettled?.(outcome, outgoingError());
    assert.deepEqual(calls, [
      'a handed over error',
      'b handed over error',
      'a delivered error',
      'b delivered error',
    ]);
  });

  it('goes on when one of them fails', () => {
    const log = new RecordedLog();
    const calls: string[] = [];
    const failing: DeliveryObserver = {
      onHandedOver() {
        throw new Error('not today');
      },
      onSettled() {
        throw new Error('not today');
      },
    };
    const combined = combineObservers([
      failing,
      { onHandedOver: () => calls.push('handed over'), onSettled: () => calls.push('settled') },
    ]);
    combined?.onHandedOver?.(outgoingError());
    combined?.onSettled?.(outcome, outgoingError());
    log.stop();
    assert.deepEqual(calls, ['handed over', 'settled']);
    const line = 'error: a delivery observer failed: Error: not today';
    assert.deepEqual(log.lines, [line, line]);
  });

  it('makes nothing of nothing', () => {
    assert.equal(combineObservers([]), undefined);
    assert.equal(combineObservers([undefined]), undefined);
  });
});
