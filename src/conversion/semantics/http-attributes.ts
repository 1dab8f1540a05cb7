import { integerAttribute, stringAttribute, type AttributeMap } from '../../otel/attributes.js';
import { filterText } from '../privacy/text-filter.js';
import { isOutgoing } from '../span-kind.js';
import { splitUrl, withoutQuery } from '../url.js';

/** Readers of HTTP attributes: stable names first, then the older ones. https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */

/** What instrumentations write for a method they do not know; the real one is in another attribute. */
const OTHER_METHOD = '_OTHER';

/** An address with colons, which brackets tell from the port. */
const IP_V6 = /^[\da-f.]*:[\da-f.]*:[\da-f:.]*$/i;

const KNOWN_METHODS = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
]);

/** The request method; in upper case when it is a known one. */
export function httpMethod(attributes: AttributeMap): string | undefined {
  const recorded = stringAttribute(attributes, 'http.request.method', 'http.method');
  if (recorded === undefined || KNOWN_METHODS.has(recorded)) return recorded;
  const method =
    recorded === OTHER_METHOD
      ? (stringAttribute(attributes, 'http.request.method_original', 'http.method') ?? OTHER_METHOD)
      : recorded;
  const upper = method.toUpperCase();
  return KNOWN_METHODS.has(upper) ? upper : method;
}

/** How a name says the method. `_OTHER` is none; names say HTTP then. https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name */
export function verbOf(method: string): string {
  return method === OTHER_METHOD ? 'HTTP' : method;
}

/** The status code of the response; nothing outside 100 to 599. */
export function httpStatusCode(attributes: AttributeMap): number | undefined {
  const stable = integerAttribute(attributes, 'http.response.status_code');
  if (isStatusCode(stable)) return stable;
  const old = integerAttribute(attributes, 'http.status_code');
  return isStatusCode(old) ? old : undefined;
}

export function httpRoute(attributes: AttributeMap): string | undefined {
  return stringAttribute(attributes, 'http.route');
}

/** The URL as recorded, secrets included. */
export function fullUrl(attributes: AttributeMap): string | undefined {
  return stringAttribute(attributes, 'url.full', 'http.url');
}

/** The path of the request, without its query. */
export function urlPath(attributes: AttributeMap): string | undefined {
  const path = stringAttribute(attributes, 'url.path');
  if (path !== undefined) return withoutQuery(path);
  const target = stringAttribute(attributes, 'http.target');
  return pathOf(target) ?? pathOf(fullUrl(attributes));
}

/** The query as recorded, secrets included, without its `?`. */
export function urlQuery(attributes: AttributeMap): string | undefined {
  const query = stringAttribute(attributes, 'url.query');
  if (query !== undefined) return query.startsWith('?') ? query.slice(1) : query;
  const target = stringAttribute(attributes, 'http.target');
  return queryOf(target) ?? queryOf(fullUrl(attributes));
}

/** What follows the `#`, as recorded. */
export function urlFragment(attributes: AttributeMap): string | undefined {
  const url = fullUrl(attributes);
  return url === undefined ? undefined : splitUrl(url).fragment;
}

/** The server of the request as `host` or `host:port`: the own one on servers, the peer on clients. Fit to be sent. */
export function serverHost(attributes: AttributeMap, kind: number): string | undefined {
  const outgoing = isOutgoing(kind);
  const address = stringAttribute(attributes, 'server.address', outgoing ? 'net.peer.name' : 'net.host.name');
  // The Host header brings its own port.
  const host = address ?? stringAttribute(attributes, 'http.host');
  if (host === undefined) return undefined;
  const name = filterText(IP_V6.test(host) ? `[${host}]` : host, false);
  if (address === undefined) return name;
  const port = integerAttribute(attributes, 'server.port', outgoing ? 'net.peer.port' : 'net.host.port');
  return port === undefined ? name : `${name}:${port}`;
}

export function urlScheme(attributes: AttributeMap): string | undefined {
  return stringAttribute(attributes, 'url.scheme', 'http.scheme')?.toLowerCase();
}

function isStatusCode(code: number | undefined): code is number {
  return code !== undefined && code >= 100 && code <= 599;
}

function pathOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { path, authority } = splitUrl(url);
  if (path !== '') return path;
  return authority === undefined ? undefined : '/';
}

function queryOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  return splitUrl(url).query || undefined;
}
