import assert from 'node:assert/strict';
import { MAX_STREAMED_SPAN_BYTES } from '../../src/protocol/limits.js';
import type { StreamedSpanJson, TypedAttributes } from '../../src/protocol/streamed-span.js';
import { fitStreamedSpan } from '../../src/sizing/fit-streamed-span.js';

function spanOf(attributes: TypedAttributes): StreamedSpanJson {
  return {
    trace_id: 'a'.repeat(32),
    span_id: 'b'.repeat(16),
    name: 'work',
    status: 'ok',
    is_segment: true,
    start_timestamp: 1,
    end_timestamp: 2,
    attributes: { 'sentry.op': { type: 'string', value: 'db' }, ...attributes },
  };
}

function fitted(attributes: TypedAttributes): StreamedSpanJson {
  const json = fitStreamedSpan(JSON.stringify(spanOf(attributes)));
  assert.ok(Buffer.byteLength(json) <= MAX_STREAMED_SPAN_BYTES, `${Buffer.byteLength(json)} bytes`);
  return JSON.parse(json);
}

describe('fitStreamedSpan', () => {
  it('leaves a span alone that fits', () => {
    const attributes: TypedAttributes = { text: { type: 'string', value: 'x'.repeat(500_000) } };
    assert.deepEqual(fitted(attributes), spanOf(attributes));
  });

  it('cuts the longest values first', () => {
    const long = Object.fromEntries(
      Array.from({ length: 300 }, (_, index): [string, TypedAttributes[string]] => [
        `long.${index}`,
        { type: 'string', value: 'ä'.repeat(8000) },
      ]),
    );
    const { attributes } = fitted({ ...long, short: { type: 'string', value: 'whole' } });
    assert.deepEqual(attributes['short'], { type: 'string', value: 'whole' });
    assert.match(String(attributes['long.0']?.value), /\[cut, 8000 characters\]$/);
  });

  it('gives up the largest attributes when cutting does not help, but never where the span belongs', () => {
    const numbers: TypedAttributes = {
      many: { type: 'array', value: Array.from({ length: 300_000 }, (_, index) => index) },
      few: { type: 'array', value: [1, 2, 3] },
    };
    const { attributes } = fitted(numbers);
    assert.equal(attributes['many'], undefined);
    assert.deepEqual(attributes['few'], numbers['few']);
    assert.equal(attributes['sentry.op']?.value, 'db');
  });
});
