import { isDeepStrictEqual } from 'node:util';
import { jsonOf, type ParsedEnvelope } from '../parse-envelope.js';
import type { Difference } from './matchers.js';
import { fieldsOf, listOf, optionalText, textOf, type Fields } from './narrow.js';
import type { SpanExpectation } from './span-case.js';

/** A span that came on its own, with the values of its attributes. */
export interface SentSpan {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly status: string;
  readonly isSegment: boolean;
  readonly attributes: Fields;
}

export function sentSpans(envelopes: readonly ParsedEnvelope[]): SentSpan[] {
  return envelopes
    .flatMap(({ items }) => items.filter(({ headers }) => headers['type'] === 'span'))
    .flatMap(item => listOf(fieldsOf(jsonOf(item))['items']))
    .map(fieldsOf)
    .map(span => ({
      id: textOf(span['span_id']),
      parentId: optionalText(span['parent_span_id']),
      name: textOf(span['name']),
      status: textOf(span['status']),
      isSegment: span['is_segment'] === true,
      attributes: Object.fromEntries(
        Object.entries(fieldsOf(span['attributes'])).map(([name, attribute]) => [
          name,
          fieldsOf(attribute)['value'],
        ]),
      ),
    }));
}

/** A description the application gave in an attribute stays as it is. */
const OWN_DESCRIPTION: ReadonlySet<string> = new Set(['desc']);

const FINE = new Set(['ok', 'cancelled']);

/** What was inferred about a span says the same as for a transaction, as far as a streamed span has room for it. */
export function inferenceDifferences(
  spans: readonly SentSpan[],
  refs: ReadonlyMap<string, string>,
  expect: SpanExpectation,
): Difference[] {
  return spans.flatMap(span => {
    const ref = refs.get(span.id) ?? span.id;
    const wanted = expect.spans.get(ref);
    if (wanted === undefined || OWN_DESCRIPTION.has(textOf(span.attributes['sentry.description'] ?? '')))
      return [];
    const { attributes, name, status } = span;
    const actual = {
      op: attributes['sentry.op'],
      origin: attributes['sentry.origin'],
      description: attributes['sentry.description'] ?? name,
      status,
    };
    const { op, origin, description } = wanted;
    const expected = {
      op,
      origin,
      description,
      status: FINE.has(wanted.status ?? 'ok') ? 'ok' : 'error',
    };
    return isDeepStrictEqual(expected, actual) ? [] : [{ path: ref, expected, actual }];
  });
}
