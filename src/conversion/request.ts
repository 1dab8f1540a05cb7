import type { AttributeMap } from '../otel/attributes.js';
import type { JsonObject, JsonValue, RequestJson } from '../protocol/transaction.js';
import { filterText } from './privacy/text-filter.js';
import { sanitizeUrl } from './privacy/url-filter.js';
import { fullUrl, httpMethod, serverHost, urlPath, urlScheme } from './semantics/http-attributes.js';
import { KIND_SERVER } from './span-kind.js';

interface RootSpan {
  readonly kind: number;
  readonly attributes: AttributeMap;
}

const DEFAULT_SCHEME = 'http';

/**
 * The request a transaction answers, if its root is an HTTP server; from the attributes, and for what may hold secrets
 * from `data`, which is filtered. https://develop.sentry.dev/sdk/data-model/event-payloads/request/
 */
export function eventRequest(
  { kind, attributes }: RootSpan,
  data: Readonly<JsonObject>,
): RequestJson | undefined {
  if (kind !== KIND_SERVER) return undefined;
  const method = httpMethod(attributes);
  if (method === undefined) return undefined;
  const request: RequestJson = { method: filterText(method, false) };
  const url = requestUrl(attributes);
  if (url !== undefined) request.url = url;
  const query = data['http.query'];
  if (typeof query === 'string' && query !== '') request.query_string = query;
  const headers = capturedHeaders(data, 'http.request.header.') ?? {};
  const userAgent = data['user_agent.original'];
  if (typeof userAgent === 'string') headers['user-agent'] ??= userAgent;
  if (Object.keys(headers).length > 0) request.headers = headers;
  return request;
}

/** Headers an instrumentation was told to capture, one attribute each; several values are joined as HTTP does. */
export function capturedHeaders(
  data: Readonly<JsonObject>,
  prefix: string,
): Record<string, string> | undefined {
  let headers: Record<string, string> | undefined;
  for (const name of Object.keys(data)) {
    if (!name.startsWith(prefix)) continue;
    const value = headerText(data[name]);
    if (value !== undefined) {
      (headers ??= {})[name.slice(prefix.length).toLowerCase().replaceAll('_', '-')] = value;
    }
  }
  return headers;
}

function requestUrl(attributes: AttributeMap): string | undefined {
  const url = fullUrl(attributes);
  if (url !== undefined) return sanitizeUrl(url);
  const host = serverHost(attributes, KIND_SERVER);
  const path = urlPath(attributes);
  if (host === undefined) return path === undefined ? undefined : sanitizeUrl(path);
  return sanitizeUrl(`${urlScheme(attributes) ?? DEFAULT_SCHEME}://${host}${path ?? ''}`);
}

function headerText(value: JsonValue | undefined): string | undefined {
  if (Array.isArray(value)) {
    return value
      .filter(item => item !== null)
      .map(String)
      .join(', ');
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
