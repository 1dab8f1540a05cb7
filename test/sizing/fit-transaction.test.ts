import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { MAX_EVENT_ITEM_BYTES, MAX_TRANSACTION_SPANS_BYTES } from '../../src/protocol/limits.js';
import type { SpanJson, TransactionEvent } from '../../src/protocol/transaction.js';
import { cutValue } from '../../src/conversion/cut-value.js';
import { fitTransaction as fitInSteps } from '../../src/sizing/fit-transaction.js';
import { fitsInBytes, utf8Length } from '../../src/sizing/utf8.js';
import { runSteps } from '../../src/steps.js';
import { runs } from '../support/property-runs.js';

const fitTransaction = (event: TransactionEvent) => runSteps(fitInSteps(event));

const TRACE_ID = 'a'.repeat(32);

function id(index: number): string {
  return (index + 1).toString(16).padStart(16, '0');
}

function span(index: number, more: Partial<SpanJson> = {}): SpanJson {
  return {
    trace_id: TRACE_ID,
    span_id: id(index),
    parent_span_id: id(9999),
    description: `span ${index}`,
    status: 'ok',
    origin: 'manual',
    start_timestamp: 1_760_000_000,
    timestamp: 1_760_000_001,
    data: {},
    ...more,
  };
}

function transaction(spans: SpanJson[], data: Record<string, string> = {}): TransactionEvent {
  return {
    event_id: 'e'.repeat(32),
    type: 'transaction',
    platform: 'node',
    transaction: 'job',
    transaction_info: { source: 'custom' },
    start_timestamp: 1_760_000_000,
    timestamp: 1_760_000_010,
    environment: 'test',
    sdk: { name: 'test', version: '1' },
    contexts: { trace: { trace_id: TRACE_ID, span_id: id(9999), status: 'ok', origin: 'manual', data } },
    spans,
  };
}

function read(json: string): TransactionEvent {
  return JSON.parse(json);
}

function assertFits(json: string): TransactionEvent {
  const event = read(json);
  assert.ok(Buffer.byteLength(json) <= MAX_EVENT_ITEM_BYTES, `${Buffer.byteLength(json)} bytes`);
  const spanBytes = Buffer.byteLength(JSON.stringify(event.spans));
  assert.ok(spanBytes <= MAX_TRANSACTION_SPANS_BYTES, `${spanBytes} bytes of spans`);
  return event;
}

describe('fitTransaction()', () => {
  describe('at the limit', () => {
    /** Characters that have two bytes each. */
    const WIDE = 'é'.repeat(300_000);
    const filled = (bytes: number, fill: (filler: string) => unknown) =>
      'x'.repeat(bytes - utf8Length(JSON.stringify(fill(''))));

    for (const [over, isCut] of [
      [0, false],
      [1, true],
    ] as const) {
      it(`${isCut ? 'cuts' : 'leaves'} an event that is ${over} bytes too long, most of it outside its spans`, () => {
        const make = (filler: string) => transaction([span(0)], { wide: WIDE, filler });
        const event = make(filled(MAX_EVENT_ITEM_BYTES + over, make));
        const { json } = fitTransaction(event);
        assert.equal(read(json).contexts.trace.data['wide'] === WIDE, !isCut);
        assert.ok(utf8Length(json) <= MAX_EVENT_ITEM_BYTES);
      });

      it(`${isCut ? 'cuts' : 'leaves'} spans that are ${over} bytes too long`, () => {
        const make = (filler: string) => [span(0, { data: { wide: WIDE, filler } })];
        const spans = make(filled(MAX_TRANSACTION_SPANS_BYTES + over, make));
        const { json } = fitTransaction(transaction(spans));
        assert.equal(read(json).spans[0]?.data['wide'] === WIDE, !isCut);
      });
    }
  });

  it('leaves contexts that other events share as they are', () => {
    const app = { text: 'x'.repeat(900_000), name: 'shop' };
    const resource = { text: 'x'.repeat(900_000) };
    const event = transaction([span(0)]);
    Object.assign(event.contexts, { app, otel: { resource } });
    const { contexts } = assertFits(fitTransaction(event).json);
    assert.ok(JSON.stringify([contexts['app'], contexts['otel']]).length < 20_000);
    assert.deepEqual([app.text.length, resource.text.length], [900_000, 900_000]);
  });

  it('leaves contexts that other events share as they are when whole attributes have to go', () => {
    const app = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, index) => [`key ${index}`, 'x'.repeat(30)]),
    );
    const event = transaction([]);
    Object.assign(event.contexts, { app });
    assertFits(fitTransaction(event).json);
    assert.equal(Object.keys(app).length, 40_000);
  });

  it('leaves a transaction alone that fits', () => {
    const event = transaction([span(0, { data: { a: 'x'.repeat(10_000) } })]);
    const before = JSON.stringify(event);
    assert.deepEqual(fitTransaction(event), { json: before, removedSpans: 0 });
  });

  it('cuts the longest values first, with a mark, and keeps every span when that is enough', () => {
    const spans = Array.from({ length: 500 }, (_, index) =>
      span(index, { data: { long: 'x'.repeat(6000), short: 'y'.repeat(100) } }),
    );
    const fitted = fitTransaction(transaction(spans));
    const event = assertFits(fitted.json);
    assert.equal(fitted.removedSpans, 0);
    assert.equal(event.spans.length, 500);
    assert.match(JSON.stringify(event.spans[0]?.data['long']), /^"x+… \[cut, 6000 characters\]"$/);
    assert.equal(event.spans[0]?.data['short'], 'y'.repeat(100));
  });

  it('cuts data: URLs to their media type', () => {
    assert.equal(
      cutValue(`data:image/png;base64,${'A'.repeat(5000)}`, 1024),
      'data:image/png,… [cut, 5022 characters]',
    );
  });

  it('removes the deepest and shortest spans, not errors nor the slowest, when cutting is not enough', () => {
    const filler = Object.fromEntries(
      Array.from({ length: 24 }, (_, index) => [`attribute.${index}`, 'v'.repeat(60)]),
    );
    const spans = Array.from({ length: 1000 }, (_, index) =>
      span(index, {
        data: filler,
        ...(index >= 500 && { parent_span_id: id(index - 500) }),
        ...(index === 700 && { status: 'internal_error' as const }),
        ...(index === 800 && { timestamp: 1_760_000_009 }),
      }),
    );
    const fitted = fitTransaction(transaction(spans));
    const event = assertFits(fitted.json);
    assert.ok(fitted.removedSpans > 0);
    assert.equal(event.spans.length + fitted.removedSpans, 1000);
    const kept = new Set(event.spans.map(({ span_id }) => span_id));
    assert.ok(kept.has(id(700)), 'the error');
    assert.ok(kept.has(id(800)), 'the slowest');
    for (let index = 0; index < 500; index++)
      assert.ok(kept.has(id(index)) || event.spans.length < 520, `shallow span ${index}`);
  });

  it('moves children of removed spans up', () => {
    const filler = {
      a: 'v'.repeat(60),
      ...Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`k${index}`, 'v'.repeat(60)])),
    };
    const chain = Array.from({ length: 900 }, (_, index) =>
      span(index, { data: filler, ...(index > 0 && { parent_span_id: id(index - 1) }) }),
    );
    const event = assertFits(fitTransaction(transaction(chain)).json);
    const ids = new Set([id(9999), ...event.spans.map(({ span_id }) => span_id)]);
    for (const { parent_span_id } of event.spans)
      assert.ok(parent_span_id !== undefined && ids.has(parent_span_id));
  });

  it('fits a root that is too large all by itself', () => {
    const data = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, index) => [`attribute number ${index}`, 'v'.repeat(40)]),
    );
    const event = assertFits(fitTransaction(transaction([span(0)], data)).json);
    assert.equal(event.transaction, 'job');
    assert.ok(Object.keys(event.contexts.trace.data).length > 10_000);
  });

  it('fits whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            chars: fc.integer({ min: 0, max: 60_000 }),
            keys: fc.integer({ min: 1, max: 30 }),
            parent: fc.nat({ max: 60 }),
          }),
          { maxLength: 60 },
        ),
        fc.constantFrom('x', 'é', '😀', '\ud800', '"', '\u0001'),
        (shapes, char) => {
          const spans = shapes.map(({ chars, keys, parent }, index) =>
            span(index, {
              parent_span_id: id(parent),
              data: Object.fromEntries(
                Array.from({ length: keys }, (_, key) => [
                  `k${key}`,
                  char.repeat(Math.round(chars / char.length)),
                ]),
              ),
            }),
          );
          const fitted = fitTransaction(transaction(spans));
          const event = assertFits(fitted.json);
          assert.equal(event.spans.length + fitted.removedSpans, shapes.length);
        },
      ),
      { numRuns: runs(20) },
    );
  });
});

describe('utf8Length()', () => {
  it('counts what Node encodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => utf8Length(text) === Buffer.byteLength(text)),
    );
    for (const text of ['\ud800', 'a\udc00b', '😀', '\ud800\ud800\udc00'])
      assert.equal(utf8Length(text), Buffer.byteLength(text));
  });

  it('answers whether a text fits exactly', () => {
    for (const text of ['', 'abc', 'é', '😀😀', '\u2028']) {
      const bytes = Buffer.byteLength(text);
      assert.equal(fitsInBytes(text, bytes), true);
      if (bytes > 0) assert.equal(fitsInBytes(text, bytes - 1), false);
    }
  });
});
