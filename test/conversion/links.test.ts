import assert from 'node:assert/strict';
import { createTraceState, type Link } from '@opentelemetry/api';
import { spanLinks } from '../../src/conversion/links.js';
import { TRACE_ID } from '../support/spans.js';

const SPAN_ID = 'b7ad6b7169203331';
const POLICY = { allowsPii: false, isOutgoing: false };

function linkTo(
  context: Partial<Link['context']> = {},
  attributes?: Readonly<Record<string, unknown>>,
): Link {
  const link = { context: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, ...context }, attributes };
  return link as Link; // Applications pass attributes the types forbid.
}

describe('spanLinks', () => {
  it('is absent without links', () => {
    assert.equal(spanLinks([], POLICY), undefined);
  });

  it('says where a link leads and nothing else', () => {
    const context = { isRemote: true, traceState: createTraceState('a=b') };
    assert.deepEqual(spanLinks([linkTo(context)], POLICY), [
      { trace_id: TRACE_ID, span_id: SPAN_ID, sampled: true },
    ]);
  });

  for (const [flags, sampled] of [
    [0, false],
    [1, true],
    [2, false],
    [3, true],
  ] as const) {
    it(`is ${sampled ? '' : 'not '}sampled for flags ${flags}`, () => {
      assert.equal(spanLinks([linkTo({ traceFlags: flags })], POLICY)?.[0]?.sampled, sampled);
    });
  }

  it('keeps attributes, sentry.link.type among them', () => {
    const attributes = { 'sentry.link.type': 'previous_trace', n: 1, nan: Number.NaN, gone: undefined };
    assert.deepEqual(spanLinks([linkTo({}, attributes)], POLICY)?.[0]?.attributes, {
      'sentry.link.type': 'previous_trace',
      n: 1,
      nan: '[NaN]',
    });
  });

  it('has no attributes when none may leave', () => {
    for (const attributes of [{}, { 'user.id': 'u' }]) {
      assert.deepEqual(spanLinks([linkTo({}, attributes)], POLICY), [
        { trace_id: TRACE_ID, span_id: SPAN_ID, sampled: true },
      ]);
    }
  });

  it('filters secrets of attributes', () => {
    const [link] =
      spanLinks([linkTo({}, { 'url.full': 'https://a:b@h/?token=x', 'user.id': 'u' })], POLICY) ?? [];
    assert.deepEqual(link?.attributes, { 'url.full': 'https://[filtered]:[filtered]@h/?token=[Filtered]' });
  });

  it('leaves links without valid ids out', () => {
    const links = [linkTo({ spanId: '0'.repeat(16) }), linkTo({ traceId: 'x' }), linkTo()];
    assert.equal(spanLinks(links, POLICY)?.length, 1);
    assert.equal(spanLinks(links.slice(0, 2), POLICY), undefined);
  });
});
