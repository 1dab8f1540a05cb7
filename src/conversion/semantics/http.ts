import { stringAttribute, type AttributeMap } from '../../otel/attributes.js';
import { sanitizeUrl } from '../privacy/url-filter.js';
import { KIND_CLIENT, KIND_SERVER } from '../span-kind.js';
import type { DescribableSpan, FamilyDescription } from './family.js';
import { fullUrl, httpMethod, httpRoute, serverHost, urlPath, verbOf } from './http-attributes.js';

interface Target {
  readonly text: string;
  readonly source: 'route' | 'url';
}

/** HTTP. https://develop.sentry.dev/sdk/expected-features/data-handling/#spans */
export function describeHttp(span: DescribableSpan): FamilyDescription | undefined {
  const { attributes, kind } = span;
  const method = httpMethod(attributes);
  if (method === undefined) return undefined;
  const op = kind === KIND_SERVER ? 'http.server' : kind === KIND_CLIENT ? 'http.client' : 'http';
  const target = targetOf(span);
  if (target === undefined) return { op, source: 'custom' };
  return {
    op,
    description: `${verbOf(method)} ${target.text}${graphqlSuffix(attributes)}`,
    source: target.source,
  };
}

function targetOf({ attributes, kind }: DescribableSpan): Target | undefined {
  if (kind === KIND_SERVER) return serverTarget(attributes);
  if (kind === KIND_CLIENT) return clientTarget(attributes);
  // A span of another kind is somebody's own, and keeps its name, unless an instrumentation says that it made it.
  const isInstrumented = stringAttribute(attributes, 'sentry.origin')?.startsWith('auto') === true;
  return isInstrumented ? urlTarget(attributes) : undefined;
}

function serverTarget(attributes: AttributeMap): Target | undefined {
  const route = httpRoute(attributes);
  if (route !== undefined) return { text: route, source: 'route' };
  const path = urlPath(attributes);
  if (path === undefined) return undefined;
  // There is only one `/`: it is as good as a route.
  return path === '/' ? { text: path, source: 'route' } : { text: sanitizeUrl(path), source: 'url' };
}

function clientTarget(attributes: AttributeMap): Target | undefined {
  const url = urlTarget(attributes);
  if (url !== undefined) return url;
  const host = serverHost(attributes, KIND_CLIENT);
  const path = urlPath(attributes);
  if (host === undefined && path === undefined) return undefined;
  return { text: (host ?? '') + sanitizeUrl(path ?? ''), source: 'url' };
}

function urlTarget(attributes: AttributeMap): Target | undefined {
  const url = fullUrl(attributes);
  return url === undefined ? undefined : { text: sanitizeUrl(url), source: 'url' };
}

/** Operations named by Sentry's GraphQL integrations, so that requests to one endpoint can be told apart. */
function graphqlSuffix(attributes: AttributeMap): string {
  const operations = attributes['sentry.graphql.operation'];
  if (typeof operations === 'string' && operations !== '') return ` (${operations})`;
  if (!Array.isArray(operations)) return '';
  const names = operations.filter(name => typeof name === 'string').sort();
  if (names.length === 0) return '';
  const shown = names.slice(0, MAX_SHOWN_OPERATIONS).join(', ');
  return names.length > MAX_SHOWN_OPERATIONS
    ? ` (${shown}, +${names.length - MAX_SHOWN_OPERATIONS})`
    : ` (${shown})`;
}

/** Operations of one request that its name shows. https://docs.sentry.io/platforms/javascript/guides/node/configuration/integrations/graphql/ */
const MAX_SHOWN_OPERATIONS = 5;
