import assert from 'node:assert/strict';
import { dropEmptyTraceState, existingHeader } from '../../src/propagation/carrier.js';
import { CARRIER_SHAPES, Metadata } from '../support/carrier-shapes.js';

describe('existingHeader', () => {
  for (const { name, create, entries } of CARRIER_SHAPES) {
    describe(`of ${name}`, () => {
      it('finds a header, and how it is spelled', () => {
        const carrier = create({ other: 'x', baggage: 'a=1', 'x-baggage': 'y' });
        const found = existingHeader(carrier, 'baggage');
        assert.equal(found?.text, 'a=1');
        assert.equal(entries(carrier)[found?.key ?? ''], 'a=1');
      });

      it('finds nothing when there is nothing', () => {
        assert.equal(existingHeader(create({ other: 'x' }), 'baggage'), undefined);
        assert.equal(existingHeader(create({}), 'baggage'), undefined);
      });

      it('takes empty text for nothing', () => {
        assert.equal(existingHeader(create({ baggage: '' }), 'baggage'), undefined);
      });
    });
  }

  const values: readonly (readonly [what: string, value: unknown, text: string | undefined])[] = [
    ['a list of text', ['a=1', 'b=2'], 'a=1,b=2'],
    ['a list with what is no text', ['a=1', undefined, 7, null, 'b=2'], 'a=1,b=2'],
    ['a list with empty text', ['', 'b=2'], 'b=2'],
    ['an empty list', [], undefined],
    ['a list of nothing', [undefined], undefined],
    ['a list of bytes and text', [Buffer.from('a=1'), 'b=2'], 'a=1,b=2'],
    ['a list of attributes', [{ StringValue: 'a=1' }], 'a=1'],
    ['an attribute without text', { DataType: 'Binary', BinaryValue: Buffer.from('a=1') }, undefined],
    ['an attribute of bytes', { StringValue: Buffer.from('a=1') }, 'a=1'],
    ['an empty buffer', Buffer.alloc(0), undefined],
    ['a number', 7, undefined],
    ['null', null, undefined],
    ['undefined', undefined, undefined],
    ['a function', () => 'a=1', undefined],
    ['an object', { a: 1 }, undefined],
  ];
  for (const [what, value, text] of values) {
    it(`reads ${what} as ${text ?? 'nothing'}`, () => {
      assert.equal(existingHeader({ baggage: value }, 'baggage')?.text, text);
    });
  }

  const spellings = ['baggage', 'Baggage', 'BAGGAGE', 'bAgGaGe'] as const;
  for (const key of spellings) {
    it(`finds ${key}`, () => {
      assert.deepEqual(existingHeader({ other: 1, [key]: 'a=1' }, 'baggage'), { key, text: 'a=1' });
    });

    it(`finds ${key} in a Map`, () => {
      assert.deepEqual(existingHeader(new Map([[key, 'a=1']]), 'baggage'), { key, text: 'a=1' });
    });
  }

  it('prefers the usual spelling', () => {
    assert.deepEqual(existingHeader({ Baggage: 'a=1', baggage: 'b=2' }, 'baggage'), {
      key: 'baggage',
      text: 'b=2',
    });
  });

  it('looks past an empty header in the usual spelling', () => {
    assert.deepEqual(existingHeader({ baggage: '', Baggage: 'a=1' }, 'baggage'), {
      key: 'Baggage',
      text: 'a=1',
    });
  });

  it('asks a carrier with get(), and joins what it gives', () => {
    const metadata = new Metadata();
    metadata.set('baggage', 'a=1');
    assert.deepEqual(existingHeader(metadata, 'baggage'), { key: 'baggage', text: 'a=1' });
    assert.equal(existingHeader({ get: () => ['a=1', 'b=2'] }, 'baggage')?.text, 'a=1,b=2');
  });

  it('takes a header called get for a header', () => {
    assert.equal(existingHeader({ get: 'x', baggage: 'a=1' }, 'baggage')?.text, 'a=1');
  });

  it('does not take what every object has for a header', () => {
    assert.equal(existingHeader({}, 'constructor'), undefined);
    assert.equal(existingHeader({}, 'tostring'), undefined);
  });

  for (const carrier of [undefined, null, 7, 'baggage', true, Symbol('baggage'), () => 1]) {
    it(`finds nothing in ${String(carrier)}`, () =>
      assert.equal(existingHeader(carrier, 'baggage'), undefined));
  }
});

describe('dropEmptyTraceState', () => {
  it('takes an empty tracestate out of a plain object', () => {
    const carrier = { tracestate: '', traceparent: 'x' };
    dropEmptyTraceState(carrier);
    assert.deepEqual(carrier, { traceparent: 'x' });
  });

  it('keeps one with members', () => {
    const carrier = { tracestate: 'a=1' };
    dropEmptyTraceState(carrier);
    assert.deepEqual(carrier, { tracestate: 'a=1' });
  });

  it('leaves what has none as it is', () => {
    const carrier = { other: '' };
    dropEmptyTraceState(carrier);
    assert.deepEqual(carrier, { other: '' });
  });

  it('leaves what cannot be changed as it is', () => {
    const carrier = Object.freeze({ tracestate: '' });
    dropEmptyTraceState(carrier);
    assert.deepEqual(carrier, { tracestate: '' });
  });

  for (const carrier of [undefined, null, 7, 'tracestate']) {
    it(`does nothing to ${carrier}`, () => dropEmptyTraceState(carrier));
  }

  it('does nothing to a Map', () => {
    const carrier = new Map([['tracestate', '']]);
    dropEmptyTraceState(carrier);
    assert.equal(carrier.size, 1);
  });
});
