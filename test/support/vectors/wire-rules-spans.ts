import type { ParsedItem } from '../parse-envelope.js';
import { isFields, type Fields } from './narrow.js';
import { linkProblems, show, spanProblems, timeProblems } from './wire-rules-ids.js';

const CONTENT_TYPE = 'application/vnd.sentry.items.span.v2+json';
const MAX_SPANS = 1000;

type TypeCheck = (value: unknown) => boolean;

const ATTRIBUTE_TYPES: ReadonlyMap<unknown, TypeCheck> = new Map<unknown, TypeCheck>([
  ['string', value => typeof value === 'string'],
  ['boolean', value => typeof value === 'boolean'],
  ['integer', value => Number.isSafeInteger(value)],
  ['double', value => typeof value === 'number'],
  ['array', isUniformList],
]);

const ATTRIBUTE_MEMBERS: ReadonlySet<string> = new Set(['type', 'value', 'unit']);

const SPAN_MEMBERS: ReadonlySet<string> = new Set([
  'trace_id',
  'span_id',
  'parent_span_id',
  'name',
  'status',
  'is_segment',
  'start_timestamp',
  'end_timestamp',
  'attributes',
  'links',
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
  const ids = items.map(span => (isFields(span) ? span['span_id'] : undefined));
  if (new Set(ids).size < ids.length) problems.push('a span is twice in the container');
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
  const surplus = Object.keys(span).filter(member => !SPAN_MEMBERS.has(member));
  problems.push(...surplus.map(member => `${where}: has ${member}`));
  if (!isFields(attributes)) return [...problems, `${where}: attributes is no object`];
  if (is_segment === true && valueOf(attributes, 'sentry.segment.id', span_id) !== span_id)
    problems.push(`${where}: is a segment, but not its own`);
  const links = Array.isArray(span['links']) ? span['links'].filter(isFields) : [];
  problems.push(
    ...links.flatMap(link => attributeProblems(link['attributes'] ?? {}, `${where}: a link`)),
    ...attributeProblems(attributes, where),
  );
  return problems;
}

function attributeProblems(attributes: unknown, where: string): string[] {
  if (!isFields(attributes)) return [`${where}: attributes is no object`];
  const invalid = Object.keys(attributes).filter(key => !isAttribute(attributes[key]));
  return invalid.map(key => `${where}: attribute ${key} ${JSON.stringify(attributes[key])}`);
}

function isAttribute(attribute: unknown): boolean {
  if (!isFields(attribute)) return false;
  const { type, value, unit } = attribute;
  const hasUnit = unit === undefined || (typeof unit === 'string' && unit !== '');
  const isKnown = Object.keys(attribute).every(member => ATTRIBUTE_MEMBERS.has(member));
  return hasUnit && isKnown && ATTRIBUTE_TYPES.get(type)?.(value) === true;
}

function isUniformList(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const types = new Set(value.map(item => typeof item));
  return types.size <= 1 && value.every(item => ['string', 'number', 'boolean'].includes(typeof item));
}

function valueOf(attributes: Fields, name: string, fallback: unknown): unknown {
  const attribute = attributes[name];
  return isFields(attribute) ? attribute['value'] : fallback;
}
