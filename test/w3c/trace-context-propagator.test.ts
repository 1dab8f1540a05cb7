import assert from 'node:assert/strict';
import {
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core';
import * as fc from 'fast-check';
import { TraceContextPropagator } from '../../src/w3c/trace-context-propagator.js';
import { CARRIER_SHAPES } from '../support/carrier-shapes.js';
import { assertLinear } from '../support/growth.js';
import { anySpanId, anyTraceId } from '../support/arbitraries/trace-ids.js';
import {
  remoteSpan,
  SPAN_ID,
  TRACE_ID,
  traceparent,
  ZERO_SPAN_ID,
  ZERO_TRACE_ID,
} from '../support/trace-headers.js';
import { NOT_STRINGS } from '../support/untyped.js';
import { runs } from '../support/property-runs.js';

type HeaderRecord = Record<string, unknown>;

const ours = new TraceContextPropagator();
const theirs = new W3CTraceContextPropagator();

/** What a propagator makes of headers, with the trace state as text. */
function read(propagator: TextMapPropagator, headers: HeaderRecord): unknown {
  const spanContext = trace.getSpanContext(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
  if (spanContext === undefined) return undefined;
  const { traceId, spanId, traceFlags, isRemote, traceState } = spanContext;
  return { traceId, spanId, traceFlags, isRemote, tracestate: traceState?.serialize() ?? '' };
}

function write(propagator: TextMapPropagator, context: Context, headers: HeaderRecord = {}): HeaderRecord {
  propagator.inject(context, headers, defaultTextMapSetter);
  return headers;
}

function contextWith(init: Partial<SpanContext>): Context {
  return trace.setSpanContext(ROOT_CONTEXT, remoteSpan(init));
}

const anyFlags = fc.integer({ min: 0, max: 255 });
const anyKey = fc.stringMatching(/^[a-z][a-z0-9_\-*/]{0,10}$/);
const anyMemberValue = fc.stringMatching(/^[!-+\--<>-~]{1,10}$/);
/** Short enough for every implementation to keep all of it. */
const anyTraceState = fc
  .uniqueArray(fc.tuple(anyKey, anyMemberValue), { selector: ([key]) => key, minLength: 1, maxLength: 12 })
  .map(members => members.map(([key, value]) => `${key}=${value}`).join(','));

describe('TraceContextPropagator', () => {
  it('names the fields that the one of OpenTelemetry names', () => {
    assert.deepEqual(ours.fields(), theirs.fields());
  });

  describe('extract', () => {
    const valid: readonly (readonly [header: string, traceFlags: number, why: string])[] = [
      [traceparent('01'), 1, 'a sampled trace'],
      [traceparent('00'), 0, 'a trace that is not sampled'],
      [traceparent('03'), 3, 'a sampled trace with a random id'],
      [traceparent('ff'), 255, 'every flag'],
      [` ${traceparent()} `, 1, 'blanks around'],
      [`\t${traceparent()}`, 1, 'a tab in front'],
      [`01-${TRACE_ID}-${SPAN_ID}-01`, 1, 'a later version'],
      [`cc-${TRACE_ID}-${SPAN_ID}-01-more`, 1, 'a later version with more fields'],
      [`01-${TRACE_ID}-${SPAN_ID}-01-`, 1, 'a later version with an empty field'],
    ];
    for (const [header, traceFlags, why] of valid) {
      it(`reads ${why}`, () => {
        const expected = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags, isRemote: true, tracestate: '' };
        assert.deepEqual(read(ours, { traceparent: header }), expected);
        assert.deepEqual(read(theirs, { traceparent: header }), expected);
      });
    }

    const invalid: readonly (readonly [header: string, why: string])[] = [
      ['', 'empty text'],
      ['00', 'a version alone'],
      [`00-${TRACE_ID}-${SPAN_ID}`, 'missing flags'],
      [`00-${TRACE_ID}-${SPAN_ID}-1`, 'flags of one digit'],
      [`00-${TRACE_ID}-${SPAN_ID}-001`, 'flags of three digits'],
      [`00-${TRACE_ID}-${SPAN_ID}-0g`, 'flags that are no number'],
      [`00-${TRACE_ID}-${SPAN_ID}-01-more`, 'more fields in version 00'],
      [`00-${TRACE_ID}-${SPAN_ID}-01.`, 'text behind'],
      [`ff-${TRACE_ID}-${SPAN_ID}-01`, 'version ff'],
      [`0-${TRACE_ID}-${SPAN_ID}-01`, 'a version of one digit'],
      [`${TRACE_ID}-${SPAN_ID}-01`, 'no version'],
      [`00-${ZERO_TRACE_ID}-${SPAN_ID}-01`, 'a trace id of zeros'],
      [`00-${TRACE_ID}-${ZERO_SPAN_ID}-01`, 'a span id of zeros'],
      [`00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`, 'a trace id that is too short'],
      [`00-${TRACE_ID}-${SPAN_ID}0-01`, 'a span id that is too long'],
      [`00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`, 'an upper-case trace id'],
      [`00-${TRACE_ID}-${SPAN_ID.toUpperCase()}-01`, 'an upper-case span id'],
      [`00_${TRACE_ID}_${SPAN_ID}_01`, 'other separators'],
      [`00-${TRACE_ID}-${SPAN_ID}-01, 00-${TRACE_ID}-${SPAN_ID}-01`, 'two headers joined by a comma'],
      [`01-${TRACE_ID}-${SPAN_ID}-01more`, 'more without a dash in a later version'],
    ];
    for (const [header, why] of invalid) {
      it(`refuses ${why}`, () => {
        assert.equal(ours.extract(ROOT_CONTEXT, { traceparent: header }, defaultTextMapGetter), ROOT_CONTEXT);
        assert.equal(read(theirs, { traceparent: header }), undefined);
      });
    }

    for (const [name, value] of NOT_STRINGS) {
      it(`refuses a header that is ${name}`, () => {
        assert.equal(ours.extract(ROOT_CONTEXT, { traceparent: value }, defaultTextMapGetter), ROOT_CONTEXT);
      });
    }

    it('takes the first of several values', () => {
      const headers = { traceparent: [traceparent('01'), traceparent('00')] };
      assert.deepEqual(read(ours, headers), read(ours, { traceparent: traceparent('01') }));
      assert.deepEqual(read(ours, headers), read(theirs, headers));
    });

    it('joins several values of tracestate', () => {
      const headers = { traceparent: traceparent(), tracestate: ['a=1', 'b=2'] };
      assert.deepEqual(read(ours, headers), {
        ...Object(read(ours, { traceparent: traceparent() })),
        tracestate: 'a=1,b=2',
      });
      assert.deepEqual(read(ours, headers), read(theirs, headers));
    });

    for (const tracestate of [undefined, '', [], 7, {}, [undefined]]) {
      it(`reads the trace without a trace state when that is ${JSON.stringify(tracestate)}`, () => {
        const headers = { traceparent: traceparent(), tracestate };
        assert.deepEqual(read(ours, headers), read(ours, { traceparent: traceparent() }));
      });
    }

    it('keeps 512 characters of a longer trace state, whole members of it', () => {
      const members = Array.from({ length: 30 }, (_, index) => `vendor${index}=${'x'.repeat(20)}`);
      const headers = { traceparent: traceparent(), tracestate: members.join(',') };
      const spanContext = trace.getSpanContext(ours.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
      const kept = spanContext?.traceState?.serialize() ?? '';
      assert.ok(kept.length > 400 && kept.length <= 512, `${kept.length} characters were kept`);
      assert.equal(kept, members.slice(0, kept.split(',').length).join(','));
      assert.deepEqual(read(ours, headers), read(theirs, headers));
    });

    it('keeps everything else in the context', () => {
      const context = suppressTracing(ROOT_CONTEXT);
      const extracted = ours.extract(context, { traceparent: traceparent() }, defaultTextMapGetter);
      assert.ok(trace.getSpanContext(extracted));
      assert.deepEqual(write(ours, extracted), {});
    });

    for (const { name, create, getter } of CARRIER_SHAPES.filter(shape =>
      /plain object$|Map|Headers|metadata|lists$/.test(shape.name),
    )) {
      it(`reads ${name}`, () => {
        const context = ours.extract(
          ROOT_CONTEXT,
          create({ traceparent: traceparent(), tracestate: 'a=1' }),
          getter,
        );
        assert.equal(trace.getSpanContext(context)?.traceId, TRACE_ID);
        assert.equal(trace.getSpanContext(context)?.traceState?.serialize(), 'a=1');
      });
    }

    it('reads what the one of OpenTelemetry reads, and as the same', () => {
      const version = fc.constantFrom('00', '00', '00', '01', 'fe', 'ff', '0', 'zz');
      const traceId = fc.oneof(anyTraceId, fc.constantFrom(ZERO_TRACE_ID, 'x', ''));
      const spanId = fc.oneof(anySpanId, fc.constantFrom(ZERO_SPAN_ID, 'x', ''));
      const flags = fc.oneof(
        anyFlags.map(bits => bits.toString(16).padStart(2, '0')),
        fc.constantFrom('1', 'g0', ''),
      );
      const rest = fc.constantFrom('', '', '', '-more', '-', 'x');
      fc.assert(
        fc.property(
          version,
          traceId,
          spanId,
          flags,
          rest,
          fc.option(anyTraceState),
          (v, t, s, f, r, tracestate) => {
            const headers = {
              traceparent: `${v}-${t}-${s}-${f}${r}`,
              ...(tracestate !== null && { tracestate }),
            };
            assert.deepEqual(read(ours, headers), read(theirs, headers));
          },
        ),
        { numRuns: runs(500) },
      );
    });

    it('reads text as the one of OpenTelemetry does, and never throws', () => {
      const text = fc.string().filter(header => !/\s/.test(header));
      fc.assert(
        fc.property(fc.oneof(text, fc.constant(traceparent())), text, (header, tracestate) => {
          const headers = { traceparent: header, tracestate };
          assert.deepEqual(read(ours, headers), read(theirs, headers));
        }),
      );
    });

    const builders: readonly (readonly [what: string, build: (size: number) => HeaderRecord])[] = [
      ['blanks', size => ({ traceparent: ' '.repeat(size) })],
      ['blanks behind', size => ({ traceparent: traceparent() + ' '.repeat(size) })],
      ['fields', size => ({ traceparent: `01-${TRACE_ID}-${SPAN_ID}-01${'-a'.repeat(size)}` })],
      ['dashes', size => ({ traceparent: '-'.repeat(size) })],
      ['members of tracestate', size => ({ traceparent: traceparent(), tracestate: 'a=1,'.repeat(size) })],
      ['blanks in tracestate', size => ({ traceparent: traceparent(), tracestate: ' '.repeat(size) })],
    ];
    for (const [what, build] of builders) {
      it(`takes time in proportion to the number of ${what}`, () =>
        assertLinear(build, headers => read(ours, headers), 65_536));
    }
  });

  describe('inject', () => {
    it('writes the trace of the active span', () => {
      assert.deepEqual(write(ours, contextWith({ traceFlags: 1 })), { traceparent: traceparent('01') });
      assert.deepEqual(write(ours, contextWith({ traceFlags: 0 })), { traceparent: traceparent('00') });
    });

    it('writes the members of a trace state', () => {
      const traceState = createTraceState('a=1,b=2');
      assert.equal(write(ours, contextWith({ traceState }))['tracestate'], 'a=1,b=2');
    });

    it('writes no header for a trace state without members', () => {
      assert.deepEqual(write(ours, contextWith({ traceState: createTraceState() })), {
        traceparent: traceparent('00'),
      });
    });

    for (const [traceFlags, text] of [
      [2, '02'],
      [15, '0f'],
      [16, '10'],
      [255, 'ff'],
      [257, '01'],
    ] as const) {
      it(`writes flags ${traceFlags} as two digits: ${text}`, () => {
        assert.equal(write(ours, contextWith({ traceFlags }))['traceparent'], traceparent(text));
      });
    }

    const silent: readonly (readonly [what: string, context: Context])[] = [
      ['without a span', ROOT_CONTEXT],
      ['for an invalid span', trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT)],
      ['while tracing is suppressed', suppressTracing(contextWith({ traceFlags: 1 }))],
    ];
    for (const [what, context] of silent) {
      it(`writes nothing ${what}`, () => {
        assert.deepEqual(write(ours, context), {});
        assert.deepEqual(write(theirs, context), {});
      });
    }

    it('writes what the one of OpenTelemetry writes', () => {
      // That one writes flags above 0f with three digits.
      const flags = fc.integer({ min: 0, max: 15 });
      fc.assert(
        fc.property(
          anyTraceId,
          anySpanId,
          flags,
          fc.option(anyTraceState),
          (traceId, spanId, traceFlags, members) => {
            const traceState = members === null ? undefined : createTraceState(members);
            const context = contextWith({ traceId, spanId, traceFlags, ...(traceState && { traceState }) });
            assert.deepEqual(write(ours, context), write(theirs, context));
          },
        ),
      );
    });

    it('writes what both read back as the same', () => {
      fc.assert(
        fc.property(
          anyTraceId,
          anySpanId,
          anyFlags,
          anyTraceState,
          (traceId, spanId, traceFlags, tracestate) => {
            const traceState = createTraceState(tracestate);
            const headers = write(ours, contextWith({ traceId, spanId, traceFlags, traceState }));
            const expected = { traceId, spanId, traceFlags, isRemote: true, tracestate };
            assert.deepEqual(read(ours, headers), expected);
            assert.deepEqual(read(theirs, headers), expected);
          },
        ),
      );
    });
  });
});
