import assert from 'node:assert/strict';
import {
  baggageEntryMetadataFromString,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type BaggageEntry,
  type Context,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { suppressTracing, W3CBaggagePropagator } from '@opentelemetry/core';
import * as fc from 'fast-check';
import { MAX_BAGGAGE_CHARS } from '../../src/protocol/limits.js';
import { BaggagePropagator } from '../../src/w3c/baggage-propagator.js';
import { assertLinear } from '../support/growth.js';
import { NOT_STRINGS } from '../support/untyped.js';
import { runs } from '../support/property-runs.js';

const ours = new BaggagePropagator();
const theirs = new W3CBaggagePropagator();

type Entries = Record<string, { value: string; metadata?: string }>;

/** The baggage a propagator makes of a header, with metadata as text. */
function read(propagator: TextMapPropagator, baggage: unknown): Entries | undefined {
  const context = propagator.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter);
  const entries = propagation.getBaggage(context)?.getAllEntries();
  return entries && Object.fromEntries(entries.map(([key, entry]) => [key, withText(entry)]));
}

function withText({ value, metadata }: BaggageEntry): { value: string; metadata?: string } {
  return metadata === undefined ? { value } : { value, metadata: metadata.toString() };
}

function contextWith(entries: Entries): Context {
  const baggage = Object.entries(entries).map(([key, { value, metadata }]) => [
    key,
    metadata === undefined ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
  ]);
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(Object.fromEntries(baggage)));
}

function write(propagator: TextMapPropagator, context: Context): Record<string, unknown> {
  const headers = {};
  propagator.inject(context, headers, defaultTextMapSetter);
  return headers;
}

const anyKey = fc.stringMatching(/^[a-zA-Z][\w.-]{0,10}$/).filter(key => !(key in Object.prototype));
const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 });
const anyEntries: fc.Arbitrary<Entries> = fc.dictionary(
  anyKey,
  fc.record(
    { value: anyText, metadata: fc.stringMatching(/^[a-z]=[\w;]{1,5}$/) },
    { requiredKeys: ['value'], noNullPrototype: true },
  ),
  { minKeys: 1, maxKeys: 10, noNullPrototype: true },
);

describe('BaggagePropagator', () => {
  it('names the field that the one of OpenTelemetry names', () =>
    assert.deepEqual(ours.fields(), theirs.fields()));

  describe('extract', () => {
    const cases: readonly (readonly [header: string, expected: Entries | undefined, why: string])[] = [
      ['a=1', { a: { value: '1' } }, 'a member'],
      ['a=1,b=2', { a: { value: '1' }, b: { value: '2' } }, 'members'],
      [' a = 1 ,\tb\t=\t2 ', { a: { value: '1' }, b: { value: '2' } }, 'members between blanks'],
      ['a=1;p=x;q', { a: { value: '1', metadata: 'p=x;q' } }, 'properties'],
      ['a=1; p = x', { a: { value: '1', metadata: ' p = x' } }, 'properties as they are'],
      ['a=1;', { a: { value: '1' } }, 'a dangling semicolon'],
      ['a=b=c', { a: { value: 'b=c' } }, 'an equals sign in the value'],
      ['a=%2C%20%C3%BC', { a: { value: ', ü' } }, 'an encoded value'],
      ['%61=1', { a: { value: '1' } }, 'an encoded key'],
      ['a=1,a=2', { a: { value: '2' } }, 'the later of two'],
      ['a=%zz,b=2', { b: { value: '2' } }, 'the members beside a broken one'],
      ['a,b=2', { b: { value: '2' } }, 'the members beside one without a value'],
      ['=1,b=2', { b: { value: '2' } }, 'the members beside one without a name'],
      [' =1,b=2', { b: { value: '2' } }, 'the members beside one with a blank name'],
      [',,b=2,', { b: { value: '2' } }, 'the members beside empty ones'],
      ['sentry-release=1', { 'sentry-release': { value: '1' } }, "Sentry's members like any other"],
      ['', undefined, 'nothing'],
      ['a', undefined, 'nothing of a word'],
      [',', undefined, 'nothing of a comma'],
      [';p=1', undefined, 'nothing of properties alone'],
    ];
    for (const [header, expected, why] of cases) {
      it(`reads ${why}: "${header}"`, () => {
        assert.deepEqual(read(ours, header), expected);
        assert.deepEqual(read(theirs, header), expected);
      });
    }

    it('leaves the context as it was when there is nothing', () => {
      const context = contextWith({ a: { value: '1' } });
      for (const headers of [{}, { baggage: '' }, { baggage: 'x' }, { baggage: [] }]) {
        assert.equal(ours.extract(context, headers, defaultTextMapGetter), context);
      }
    });

    it('puts several values together', () => {
      const value = ['a=1', 'b=2;p', 'a=3'];
      assert.deepEqual(read(ours, value), { a: { value: '3' }, b: { value: '2', metadata: 'p' } });
      assert.deepEqual(read(ours, value), read(theirs, value));
    });

    for (const [name, value] of NOT_STRINGS) {
      it(`reads nothing when the header is ${name}, and does not throw`, () => {
        const entries = read(ours, value);
        assert.ok(entries === undefined || Object.keys(entries).length === 0);
      });
    }

    it('does not let a member reach the prototype', () => {
      const context = ours.extract(ROOT_CONTEXT, { baggage: '__proto__=x,a=1' }, defaultTextMapGetter);
      assert.equal(propagation.getBaggage(context)?.getEntry('a')?.value, '1');
      assert.equal(Reflect.get({}, 'value'), undefined);
    });

    describe('when there is too much', () => {
      // Several members, because OpenTelemetry ignores single ones above 4096 characters.
      const filler = (chars: number) => `x=${'y'.repeat(chars / 2 - 3)},z=${'y'.repeat(chars / 2 - 2)}`;

      it('reads a header of 8192 characters', () => {
        const header = `${filler(MAX_BAGGAGE_CHARS - 4)},a=1`;
        assert.equal(header.length, MAX_BAGGAGE_CHARS);
        assert.deepEqual(Object.keys(read(ours, header) ?? {}), ['x', 'z', 'a']);
        assert.deepEqual(read(ours, header), read(theirs, header));
      });

      it('leaves out what comes behind', () => {
        const header = `${filler(MAX_BAGGAGE_CHARS)},a=1`;
        assert.deepEqual(Object.keys(read(ours, header) ?? {}), ['x', 'z']);
      });

      it('does not read part of a member that goes past the limit', () => {
        const header = `${filler(MAX_BAGGAGE_CHARS - 20)},long=${'a'.repeat(40)}`;
        assert.deepEqual(Object.keys(read(ours, header) ?? {}), ['x', 'z']);
        assert.deepEqual(read(ours, header), read(theirs, header));
      });

      it('counts several values together', () => {
        const half = filler(MAX_BAGGAGE_CHARS / 2);
        const value = [half, half.replace('x', 'v').replace('z', 'w'), 'a=1'];
        assert.equal(read(ours, value)?.['a'], undefined);
        assert.deepEqual(read(ours, value)?.['v'], read(theirs, value)?.['v']);
      });
    });

    it('keeps an empty value, which the W3C allows and the one of OpenTelemetry drops', () => {
      assert.deepEqual(read(ours, 'a=,b= ;p=1'), { a: { value: '' }, b: { value: '', metadata: 'p=1' } });
      assert.equal(read(theirs, 'a='), undefined);
    });

    it('reads what the one of OpenTelemetry reads, and as the same', () => {
      const piece = fc.oneof(
        fc.constantFrom('a', 'b', '=', ';', ',', ' ', '%41', '%', '1', 'a=1', ';p=1', 'ü', '%zz', '\t'),
        fc.string({ maxLength: 3 }),
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
          const header = pieces.join('');
          const entries = read(ours, header);
          fc.pre(Object.values(entries ?? {}).every(({ value }) => value !== ''));
          assert.deepEqual(entries, read(theirs, header));
        }),
        { numRuns: runs(500) },
      );
    });

    const builders: readonly (readonly [what: string, build: (size: number) => string])[] = [
      ['members', size => 'a=1,'.repeat(size)],
      ['properties', size => `a=1${';p'.repeat(size)}`],
      ['equals signs', size => `a${'='.repeat(size)}`],
      ['blanks', size => ' '.repeat(size)],
      ['broken escapes', size => `a=${'%'.repeat(size)}`],
    ];
    for (const [what, build] of builders) {
      it(`takes time in proportion to the number of ${what}`, () => {
        assertLinear(build, header => read(ours, header), 65_536);
      });
    }
  });

  describe('inject', () => {
    it('writes members and their metadata', () => {
      const context = contextWith({ a: { value: '1' }, b: { value: 'x y', metadata: 'p=1;q' } });
      assert.deepEqual(write(ours, context), { baggage: 'a=1,b=x%20y;p=1;q' });
      assert.deepEqual(write(ours, context), write(theirs, context));
    });

    const silent: readonly (readonly [what: string, context: Context])[] = [
      ['without baggage', ROOT_CONTEXT],
      ['for empty baggage', contextWith({})],
      ['while tracing is suppressed', suppressTracing(contextWith({ a: { value: '1' } }))],
    ];
    for (const [what, context] of silent) {
      it(`writes nothing ${what}`, () => {
        assert.deepEqual(write(ours, context), {});
        assert.deepEqual(write(theirs, context), {});
      });
    }

    it('leaves out members past 8192 characters, and tries those behind them', () => {
      const long = (letter: string) => ({ value: letter.repeat(4000) });
      const context = contextWith({ a: long('a'), b: long('b'), c: long('c'), d: { value: '1' } });
      const header = String(write(ours, context)['baggage']);
      assert.ok(header.length <= MAX_BAGGAGE_CHARS);
      assert.deepEqual(Object.keys(read(ours, header) ?? {}), ['a', 'b', 'd']);
      assert.deepEqual(write(ours, context), write(theirs, context));
    });

    it('writes members of 8192 characters together', () => {
      const context = contextWith({ a: { value: 'x'.repeat(4000) }, b: { value: 'y'.repeat(4187) } });
      assert.equal(String(write(ours, context)['baggage']).length, MAX_BAGGAGE_CHARS);
    });

    it('writes the members beside one that cannot be encoded', () => {
      const context = contextWith({ a: { value: '1' }, b: { value: '\ud800' }, c: { value: '3' } });
      const entries = read(ours, write(ours, context)['baggage']);
      assert.deepEqual([entries?.['a']?.value, entries?.['c']?.value], ['1', '3']);
    });

    it('writes what the one of OpenTelemetry writes', () => {
      fc.assert(
        fc.property(anyEntries, entries => {
          const context = contextWith(entries);
          assert.deepEqual(write(ours, context), write(theirs, context));
        }),
      );
    });

    it('writes what both read back as the same', () => {
      fc.assert(
        fc.property(anyEntries, entries => {
          const { baggage } = write(ours, contextWith(entries));
          assert.deepEqual(read(ours, baggage), entries);
          assert.deepEqual(read(theirs, baggage), entries);
        }),
      );
    });
  });
});
