import assert from 'node:assert/strict';
import { writeStreamedSpan } from '../../src/conversion/streamed-span.js';
import type { StreamedSpanJson } from '../../src/protocol/streamed-span.js';
import type { SpanJson, SpanStatusName } from '../../src/protocol/transaction.js';
import { TRACE_ID } from '../support/spans.js';
import { untypedSpan } from '../support/untyped.js';

const SPAN_ID = 'b7ad6b7169203331';
const PARENT_ID = 'aaaaaaaaaaaaaaaa';

function convert(special: Partial<SpanJson> = {}): StreamedSpanJson {
  const text = writeStreamedSpan({
    trace_id: TRACE_ID,
    span_id: SPAN_ID,
    description: 'GET /',
    status: 'ok',
    origin: 'manual',
    start_timestamp: 1,
    timestamp: 2.5,
    data: {},
    ...special,
  });
  return JSON.parse(text);
}

describe('writeStreamedSpan', () => {
  it('has ids, name, times and typed attributes, and nothing that is not there', () => {
    assert.deepEqual(convert({ data: { a: 1, b: 'text' } }), {
      trace_id: TRACE_ID,
      span_id: SPAN_ID,
      name: 'GET /',
      status: 'ok',
      is_segment: false,
      start_timestamp: 1,
      end_timestamp: 2.5,
      attributes: { a: { type: 'integer', value: 1 }, b: { type: 'string', value: 'text' } },
    });
  });

  it('has the parent, and says that it is a segment', () => {
    const json = convert({ parent_span_id: PARENT_ID, is_segment: true });
    assert.deepEqual([json.parent_span_id, json.is_segment], [PARENT_ID, true]);
  });

  it('has links with typed attributes', () => {
    const link = { trace_id: TRACE_ID, span_id: PARENT_ID, sampled: true };
    assert.deepEqual(convert({ links: [link, { ...link, attributes: { n: 1 } }] }).links, [
      link,
      { ...link, attributes: { n: { type: 'integer', value: 1 } } },
    ]);
  });

  it('has a description where it says more than the name', () => {
    const description = 'SELECT * FROM users';
    const json = convert({ name: 'SELECT users', description });
    assert.equal(json.name, 'SELECT users');
    assert.deepEqual(json.attributes, { 'sentry.description': { type: 'string', value: description } });
    assert.deepEqual(convert({ name: description, description }).attributes, {});
  });

  it('is named like its description when it has no name', () => {
    assert.equal(convert({ name: '' }).name, 'GET /');
  });

  for (const [status, streamed, message] of [
    ['ok', 'ok', undefined],
    ['cancelled', 'ok', 'cancelled'],
    ['not_found', 'error', 'not_found'],
    ['internal_error', 'error', 'internal_error'],
  ] satisfies [SpanStatusName, string, string | undefined][]) {
    it(`is ${streamed} for ${status}`, () => {
      const json = convert({ status });
      assert.equal(json.status, streamed);
      assert.deepEqual(
        json.attributes['sentry.status.message'],
        message === undefined ? undefined : { type: 'string', value: message },
      );
    });
  }

  it('keeps what its data say of status and description', () => {
    const data = { 'sentry.status.message': 'boom', 'sentry.description': 'mine' };
    const { attributes } = convert({ status: 'internal_error', name: 'other', data });
    assert.equal(attributes['sentry.status.message']?.value, 'boom');
    assert.equal(attributes['sentry.description']?.value, 'mine');
  });

  it('has the operation it was given, and no other', () => {
    const data = { 'sentry.op': 'db' };
    assert.equal(convert({ op: 'db', data }).attributes['sentry.op']?.value, 'db');
    assert.equal(convert({ data }).attributes['sentry.op'], undefined);
  });

  it('has measurements among the attributes, where JSON can hold them', () => {
    const measurements = { size: { value: 3, unit: 'byte' }, bad: { value: Number.NaN, unit: 'none' } };
    assert.deepEqual(convert({ measurements }).attributes, {
      size: { type: 'double', value: 3, unit: 'byte' },
    });
  });

  it('leaves out what a hook made nothing', () => {
    const nothing = untypedSpan({
      measurements: { gone: null },
      data: { gone: 1, odd: { toJSON: () => undefined } },
    });
    assert.deepEqual(convert(nothing).attributes, { gone: { type: 'integer', value: 1 } });
  });
});
