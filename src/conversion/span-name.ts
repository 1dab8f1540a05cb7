import { hasAttribute, stringAttribute, type AttributeMap } from '../otel/attributes.js';
import { filterText } from './privacy/text-filter.js';
import { fullUrl, httpMethod, httpRoute, serverHost, urlPath, verbOf } from './semantics/http-attributes.js';
import { KIND_CLIENT, KIND_SERVER } from './span-kind.js';

interface NamedSpan {
  readonly name: string;
  readonly kind: number;
  readonly attributes: AttributeMap;
}

/** Ends a host that brings its port. */
const PORT = /:\d+$/;

/**
 * The name of a span that travels on its own: one of few, since Sentry groups by it. Paths, statements and keys, which a
 * description shows, stay out of it. A name the application chose is kept.
 * https://getsentry.github.io/sentry-conventions/names/
 */
export function streamedName(span: NamedSpan, description: string): string {
  if (isChosen(span)) return description;
  const name = familyName(span, description);
  return name === undefined ? description : filterText(name, false) || description;
}

function isChosen({ attributes }: NamedSpan): boolean {
  return (
    stringAttribute(attributes, 'sentry.custom_span_name') !== undefined ||
    stringAttribute(attributes, 'sentry.segment.name.source', 'sentry.source') === 'custom'
  );
}

/** By what the span shows, in the order in which descriptions are found. */
function familyName(span: NamedSpan, description: string): string | undefined {
  const { attributes } = span;
  if (hasAttribute(attributes, 'mcp.method.name')) return undefined;
  const method = httpMethod(attributes);
  if (method !== undefined) return httpName(span, method, description);
  if (hasAttribute(attributes, 'db.system.name', 'db.system')) return databaseName(span);
  if (hasAttribute(attributes, 'gen_ai.operation.name')) return genAiName(attributes);
  return hasAttribute(attributes, 'messaging.system') ? queueName(attributes) : undefined;
}

/** The route, or for requests to others the template or the host; else the method alone. */
function httpName(span: NamedSpan, method: string, description: string): string | undefined {
  const { attributes, kind, name } = span;
  // A span of another kind is somebody's own, and keeps its name.
  if (kind !== KIND_SERVER && kind !== KIND_CLIENT && description === name) return undefined;
  const verb = verbOf(method);
  const target = kind === KIND_SERVER ? serverTarget(attributes) : clientTarget(attributes);
  return target === undefined ? verb : `${verb} ${target}`;
}

function serverTarget(attributes: AttributeMap): string | undefined {
  // There is only one `/`: it is as good as a route.
  return httpRoute(attributes) ?? (urlPath(attributes) === '/' ? '/' : undefined);
}

function clientTarget(attributes: AttributeMap): string | undefined {
  return stringAttribute(attributes, 'url.template') ?? hostOf(attributes);
}

function hostOf(attributes: AttributeMap): string | undefined {
  const host = serverHost(attributes, KIND_CLIENT)?.replace(PORT, '');
  if (host !== undefined) return host;
  const url = fullUrl(attributes);
  return (url !== undefined && URL.canParse(url) && new URL(url).hostname) || undefined;
}

function databaseName({ name, attributes }: NamedSpan): string | undefined {
  const summary = stringAttribute(attributes, 'db.query.summary');
  if (summary !== undefined) return summary;
  const operation = stringAttribute(attributes, 'db.operation.name', 'db.operation');
  const target = stringAttribute(
    attributes,
    'db.collection.name',
    'db.sql.table',
    'db.mongodb.collection',
    'db.stored_procedure.name',
    'db.namespace',
    'db.name',
  );
  if (operation !== undefined) return target === undefined ? operation : `${operation} ${target}`;
  const statement = stringAttribute(attributes, 'db.query.text', 'db.statement');
  // Some instrumentations name their spans after the statement.
  if (statement === undefined || name !== statement) return name;
  return stringAttribute(attributes, 'db.system.name', 'db.system');
}

function queueName(attributes: AttributeMap): string | undefined {
  const operation = stringAttribute(
    attributes,
    'messaging.operation.name',
    'messaging.operation.type',
    'messaging.operation',
  );
  const isThrowaway =
    attributes['messaging.destination.temporary'] === true ||
    attributes['messaging.destination.anonymous'] === true;
  const destination =
    stringAttribute(attributes, 'messaging.destination.template') ??
    (isThrowaway
      ? undefined
      : stringAttribute(attributes, 'messaging.destination.name', 'messaging.destination'));
  if (operation === undefined) return undefined;
  return destination === undefined ? operation : `${operation} ${destination}`;
}

function genAiName(attributes: AttributeMap): string | undefined {
  const operation = stringAttribute(attributes, 'gen_ai.operation.name');
  if (operation === undefined) return undefined;
  const subject = stringAttribute(
    attributes,
    'gen_ai.request.model',
    'gen_ai.agent.name',
    'gen_ai.tool.name',
  );
  return subject === undefined ? operation : `${operation} ${subject}`;
}
