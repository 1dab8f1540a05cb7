import type { ParsedItem } from '../parse-envelope.js';
import { isFields, type Fields } from './narrow.js';
import { linkProblems, show, spanProblems, timeProblems } from './wire-rules-ids.js';

const CONTENT_TYPE = 'application/vnd.sentry.items.span.v2+json';
const MAX_SPANS = 1000;

type TypeCheck = (value: unknown) => boolean;

const ATTRIBUTE_TYPES: ReadonlyMap<unknown, TypeCheck> = new Map<unknown, TypeCheck>([
  ['string', value => typeof value === 'string'],
  ['boolean', value => typeof value === 'boolean'],
  ['integer', value => Number.isInteger(value)],
  ['double', value => typeof value === 'number'],
  ['array', value => Array.isArray(value)],
]);

/** https://develop.sentry.dev/sdk/telemetry/spans/span-protocol/ */
export function spanContainerProblems({ version, items }: Fields, { headers }: ParsedItem): string[] {
  const problems: string[] = [];
  if (headers['content_type'] !== CONTENT_TYPE)
    problems.push(`content_type ${show(headers['content_type'])}`);
  if (version !== 2) problems.push(`version ${show(version)} of the span container`);
  if (!Array.isArray(items) || items.length === 0) return [...problems, 'the span container is empty'];
  if (items.length !== headers['item_count'])
    problems.push(`item_count ${show(headers['item_count'])} for ${items.length} spans`);
  if (items.length > MAX_SPANS) problems.push(`${items.length} of ${MAX_SPANS} spans`);
  return [
    ...problems,
    ...items.flatMap(span => (isFields(span) ? streamedSpanProblems(span) : ['a span is no object'])),
  ];
}

function streamedSpanProblems(span: Fields): string[] {
  const {
    trace_id,
    span_id,
    parent_span_id,
    name,
    status,
    is_segment,
    start_timestamp,
    end_timestamp,
    attributes = {},
  } = span;
  const where = `span ${show(span_id)}`;
  const problems = [
    ...spanProblems({ trace_id, span_id, parent_span_id }, where),
    ...timeProblems(start_timestamp, end_timestamp, where),
    ...linkProblems(span['links'] ?? []).map(problem => `${where}: ${problem}`),
  ];
  if (typeof name !== 'string' || name === '') problems.push(`${where}: name ${show(name)}`);
  if (status !== 'ok' && status !== 'error') problems.push(`${where}: status ${show(status)}`);
  if (typeof is_segment !== 'boolean') problems.push(`${where}: is_segment ${show(is_segment)}`);
  if (!isFields(attributes)) return [...problems, `${where}: attributes is no object`];
  const invalid = Object.keys(attributes).filter(key => !isAttribute(attributes[key]));
  return [
    ...problems,
    ...invalid.map(key => `${where}: attribute ${key} ${JSON.stringify(attributes[key])}`),
  ];
}

function isAttribute(attribute: unknown): boolean {
  return isFields(attribute) && ATTRIBUTE_TYPES.get(attribute['type'])?.(attribute['value']) === true;
}
