import assert from 'node:assert/strict';
import { createTraceState, type SpanContext, type TraceState } from '@opentelemetry/api';
import { TraceState as CoreTraceState } from '@opentelemetry/core';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import type * as thisCopy from '../../src/trace-state/state-carrier.js';
import {
  attachSegment,
  carriedState,
  carryState,
  type CarriedState,
} from '../../src/trace-state/state-carrier.js';
import { incomingOf, remoteSpan, TRACE_ID } from '../support/trace-headers.js';

const STATE: CarriedState = {
  segment: new SegmentRecord({ traceId: TRACE_ID, sampled: false, sampleRate: 0.25 }),
  incoming: incomingOf(),
  requestUrl: 'https://api.example.com/?secret',
};

const VENDORS = 'vendor=1,other=2';

function contextWith(traceState: TraceState): SpanContext {
  return remoteSpan({ traceState });
}

function isCopy(copy: unknown): copy is typeof thisCopy {
  return typeof copy === 'object' && copy !== null && 'carryState' in copy && 'carriedState' in copy;
}

/** The module once more, as an application has it that loads the package as ESM and as CommonJS. */
async function secondCopy(): Promise<typeof thisCopy> {
  const copy: unknown = await import(
    `${new URL('../../src/trace-state/state-carrier.ts', import.meta.url).href}?second`
  );
  assert.ok(isCopy(copy));
  assert.notEqual(copy.carryState, carryState);
  return copy;
}

describe('carryState', () => {
  const existing: readonly (readonly [name: string, create: () => TraceState | undefined, text: string])[] = [
    ['none', () => undefined, ''],
    ['an empty one', () => createTraceState(), ''],
    ["the API's", () => createTraceState(VENDORS), VENDORS],
    ["the SDK's, which checks its keys", () => new CoreTraceState(VENDORS), VENDORS],
    [
      'an earlier one of ours',
      () => carryState({ requestUrl: 'https://earlier/' }, createTraceState(VENDORS)),
      VENDORS,
    ],
  ];
  for (const [name, create, text] of existing) {
    describe(`on top of ${name}`, () => {
      it('serialises the members of others and nothing of ours', () => {
        assert.equal(carryState(STATE, create()).serialize(), text);
      });

      it('gives the state back', () => {
        assert.deepEqual(carriedState(contextWith(carryState(STATE, create()))), STATE);
      });

      it('shows the members of others', () => {
        const traceState = carryState(STATE, create());
        assert.equal(traceState.get('vendor'), text ? '1' : undefined);
        assert.equal(traceState.get('missing'), undefined);
      });

      it('adds a member and keeps the state', () => {
        const before = carryState(STATE, create());
        const after = before.set('added', 'x');
        assert.equal(after.get('added'), 'x');
        assert.equal(after.serialize(), text ? `added=x,${text}` : 'added=x');
        assert.deepEqual(carriedState(contextWith(after)), STATE);
        assert.equal(before.serialize(), text);
      });

      it('removes a member and keeps the state', () => {
        const before = carryState(STATE, create());
        const after = before.unset('vendor');
        assert.equal(after.get('vendor'), undefined);
        assert.equal(after.serialize(), text ? 'other=2' : '');
        assert.deepEqual(carriedState(contextWith(after)), STATE);
        assert.equal(before.serialize(), text);
      });

      it('replaces a member', () => {
        const after = carryState(STATE, create()).set('vendor', '3');
        assert.equal(after.serialize(), text ? 'vendor=3,other=2' : 'vendor=3');
      });
    });
  }

  it('replaces the state of an earlier one altogether', () => {
    const earlier = carryState(STATE, undefined);
    assert.deepEqual(carriedState(contextWith(carryState({ requestUrl: 'x' }, earlier))), {
      requestUrl: 'x',
    });
    assert.deepEqual(carriedState(contextWith(earlier)), STATE);
  });

  it('does not grow when it is put on top of itself', () => {
    let traceState = carryState(STATE, createTraceState(VENDORS));
    for (let times = 0; times < 100_000; times++) traceState = carryState(STATE, traceState);
    assert.equal(traceState.serialize(), VENDORS);
  });

  it('shows nothing to somebody who looks at its keys or turns it into JSON', () => {
    const traceState = carryState(STATE, createTraceState(VENDORS));
    assert.deepEqual(Object.keys(traceState), []);
    assert.equal(JSON.stringify(traceState), '{}');
  });
});

describe('carriedState', () => {
  const without: readonly (readonly [name: string, spanContext: SpanContext | undefined])[] = [
    ['no span', undefined],
    ['a span without trace state', remoteSpan()],
    ['a trace state of the API', contextWith(createTraceState(VENDORS))],
    ['a trace state of the SDK', contextWith(new CoreTraceState(VENDORS))],
  ];
  for (const [name, spanContext] of without) {
    it(`is nothing for ${name}`, () => assert.equal(carriedState(spanContext), undefined));
  }

  it('is not hidden by whoever copies the span context', () => {
    const spanContext = contextWith(carryState(STATE, undefined));
    assert.deepEqual(carriedState({ ...spanContext, isRemote: false }), STATE);
  });
});

describe('attachSegment', () => {
  const segment = new SegmentRecord({ traceId: TRACE_ID, sampled: true });

  it('puts the record on a span that had no trace state', () => {
    const spanContext = remoteSpan();
    attachSegment(spanContext, segment);
    assert.equal(carriedState(spanContext)?.segment, segment);
    assert.equal(spanContext.traceState?.serialize(), '');
  });

  it('keeps the members of others', () => {
    const spanContext = contextWith(createTraceState(VENDORS));
    attachSegment(spanContext, segment);
    assert.equal(spanContext.traceState?.serialize(), VENDORS);
  });

  it('replaces what the caller said: the record knows it', () => {
    const spanContext = contextWith(carryState({ incoming: incomingOf() }, createTraceState(VENDORS)));
    attachSegment(spanContext, segment);
    assert.deepEqual(carriedState(spanContext), { segment });
    assert.equal(spanContext.traceState?.serialize(), VENDORS);
  });

  it('leaves a frozen span context as it is', () => {
    const frozen = Object.freeze(contextWith(createTraceState(VENDORS)));
    attachSegment(frozen, segment);
    assert.equal(carriedState(frozen), undefined);
    assert.equal(frozen.traceState?.serialize(), VENDORS);
  });

  it('leaves a span context with a read-only trace state as it is', () => {
    const readOnly: SpanContext = Object.defineProperty(remoteSpan(), 'traceState', { get: () => undefined });
    attachSegment(readOnly, segment);
    assert.equal(carriedState(readOnly), undefined);
  });
});

describe('two copies of the package', () => {
  it("read each other's state", async () => {
    const other = await secondCopy();
    assert.deepEqual(other.carriedState(contextWith(carryState(STATE, undefined))), STATE);
    assert.deepEqual(carriedState(contextWith(other.carryState(STATE, undefined))), STATE);
  });

  it("replace each other's state, and keep the members of others", async () => {
    const other = await secondCopy();
    const theirs = other.carryState(STATE, createTraceState(VENDORS));
    const ours = carryState({ requestUrl: 'x' }, theirs);
    assert.deepEqual(carriedState(contextWith(ours)), { requestUrl: 'x' });
    assert.deepEqual(other.carriedState(contextWith(ours)), { requestUrl: 'x' });
    assert.equal(ours.serialize(), VENDORS);
    assert.equal(ours.set('added', 'x').serialize(), `added=x,${VENDORS}`);
    assert.equal(ours.unset('vendor').serialize(), 'other=2');
  });

  it('attach their records to the same spans', async () => {
    const other = await secondCopy();
    const segment = new SegmentRecord({ traceId: TRACE_ID, sampled: true });
    const spanContext = contextWith(carryState({ incoming: incomingOf() }, undefined));
    other.attachSegment(spanContext, segment);
    assert.equal(carriedState(spanContext)?.segment, segment);
  });
});
