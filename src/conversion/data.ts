import type { AttributeMap } from '../otel/attributes.js';
import { EXCEPTION_EVENT } from '../otel/exception-event.js';
import type { ReadableSpan } from '../otel/types.js';
import type { JsonObject, JsonValue } from '../protocol/transaction.js';
import { addAbsent } from './add-absent.js';
import { addAlias, addQueueOfDefaultExchange, addServerOfHostHeader, aliasOf } from './aliases.js';
import { cachedByName } from './cached-by-name.js';
import { isMeasurementAttribute, type Measurements } from './measurements.js';
import { filterAttribute, filterValue, treatmentOf, type PrivacyPolicy } from './privacy/attribute-filter.js';
import { filterText } from './privacy/text-filter.js';
import { filterQuery, sanitizeUrl } from './privacy/url-filter.js';
import { fullUrl, httpMethod, urlFragment, urlQuery } from './semantics/http-attributes.js';
import { KIND_CLIENT, KIND_CONSUMER, KIND_PRODUCER, KIND_SERVER } from './span-kind.js';
import { statusMessage } from './status.js';

/** What conversion found out about a span, to be searchable with it. */
export interface SpanFacts {
  readonly op?: string | undefined;
  readonly origin: string;
  readonly measurements?: Measurements | undefined;
}

/** Instructions to the tracing itself, of no interest afterwards. */
const INSTRUCTIONS = new Set([
  'sentry.sample_rate',
  'sentry.parentIsRemote',
  'sentry.custom_span_name',
  '__proto__',
  '',
]);

/** https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/ */
const EXCEPTION_ATTRIBUTES = ['exception.type', 'exception.message'] as const;

const KIND_NAMES: ReadonlyMap<number, string> = new Map([
  [KIND_SERVER, 'server'],
  [KIND_CLIENT, 'client'],
  [KIND_PRODUCER, 'producer'],
  [KIND_CONSUMER, 'consumer'],
]);

/**
 * The `data` of a span: its attributes as far as they may leave, and what Sentry wants to find there besides. What the
 * span says itself is never overwritten by what was derived.
 * https://develop.sentry.dev/sdk/data-model/event-payloads/span/
 */
export function spanData(span: ReadableSpan, facts: SpanFacts, policy: PrivacyPolicy): JsonObject {
  const data = ownAttributes(span, policy);
  addServerOfHostHeader(data);
  addQueueOfDefaultExchange(data);
  if (httpMethod(span.attributes) !== undefined) addHttpParts(data, span, policy);
  addKind(data, span.kind);
  addScope(data, span, policy);
  addDroppedCounts(data, span);
  addStatusMessage(data, span, policy);
  addException(data, span, policy);
  for (const name in facts.measurements) addAbsent(data, name, facts.measurements[name]?.value);
  if (typeof data['thread.id'] === 'number') data['thread.id'] = String(data['thread.id']);
  if (facts.op !== undefined) data['sentry.op'] = facts.op;
  data['sentry.origin'] = facts.origin;
  return data;
}

/** What the name of an attribute alone tells. */
const traitsOf = cachedByName(name => ({
  isData: !INSTRUCTIONS.has(name) && !isMeasurementAttribute(name),
  alias: aliasOf(name),
  treatment: treatmentOf(name),
}));

function ownAttributes(span: ReadableSpan, policy: PrivacyPolicy): JsonObject {
  const { attributes } = span;
  const data: JsonObject = {};
  for (const name in attributes) {
    const { isData, alias, treatment } = traitsOf(name);
    const value = isData ? filterValue(treatment, attributes[name], policy) : undefined;
    if (value === undefined) continue;
    data[name] = value;
    if (alias !== undefined) addAlias(data, alias, value, span);
  }
  return data;
}

function addHttpParts(data: JsonObject, { attributes }: ReadableSpan, { allowsPii }: PrivacyPolicy): void {
  const url = fullUrl(attributes);
  const query = filteredQuery(data['url.query'], attributes, allowsPii);
  const fragment = urlFragment(attributes);
  if (url !== undefined) addAbsent(data, 'url', sanitizeUrl(url));
  if (query !== undefined) addAbsent(data, 'http.query', query);
  if (fragment !== undefined) addAbsent(data, 'http.fragment', filterQuery(fragment, allowsPii));
}

// Most spans have the query in an attribute of its own, which was filtered with the others.
function filteredQuery(
  known: JsonValue | undefined,
  attributes: AttributeMap,
  allowsPii: boolean,
): string | undefined {
  if (typeof known === 'string' && known !== '') return known.startsWith('?') ? known.slice(1) : known;
  const query = urlQuery(attributes);
  return query === undefined ? undefined : filterQuery(query, allowsPii);
}

function addKind(data: JsonObject, kind: number): void {
  const name = KIND_NAMES.get(kind);
  if (name === undefined) return;
  addAbsent(data, 'otel.kind', name.toUpperCase());
  addAbsent(data, 'sentry.kind', name);
}

function addScope(
  data: JsonObject,
  { instrumentationScope: scope }: ReadableSpan,
  { allowsPii }: PrivacyPolicy,
): void {
  if (!scope?.name) return;
  addAbsent(data, 'otel.scope.name', filterText(scope.name, allowsPii));
  if (scope.version) addAbsent(data, 'otel.scope.version', scope.version);
}

// What the SDK's own limits cut off is missed on the span, not in the client reports.
function addDroppedCounts(data: JsonObject, span: ReadableSpan): void {
  if (span.droppedAttributesCount > 0) data['otel.dropped_attributes_count'] = span.droppedAttributesCount;
  if (span.droppedEventsCount > 0) data['otel.dropped_events_count'] = span.droppedEventsCount;
  if (span.droppedLinksCount > 0) data['otel.dropped_links_count'] = span.droppedLinksCount;
}

function addStatusMessage(data: JsonObject, span: ReadableSpan, { allowsPii }: PrivacyPolicy): void {
  const message = statusMessage(span);
  if (message !== undefined) addAbsent(data, 'sentry.status.message', filterText(message, allowsPii));
}

// The last exception is the one that got through to the end of the span.
function addException(data: JsonObject, span: ReadableSpan, policy: PrivacyPolicy): void {
  for (let i = span.events.length - 1; i >= 0; i--) {
    const event = span.events[i];
    if (event?.name !== EXCEPTION_EVENT) continue;
    for (const name of EXCEPTION_ATTRIBUTES)
      addAbsent(data, name, filterAttribute(name, event.attributes?.[name], policy));
    return;
  }
}
