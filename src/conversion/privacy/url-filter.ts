import { splitUrl, withoutQuery } from '../url.js';
import { FILTERED, isSensitiveKey } from './sensitive-keys.js';

const FILTERED_CREDENTIALS = '[filtered]:[filtered]@';

/** URLs inside URLs that are looked into; what lies deeper is not sent. */
const MAX_NESTED_URLS = 4;

/**
 * A URL that may leave: credentials, and values of the query and the fragment whose names look secret, are replaced;
 * `data:` URLs lose their body. Everything else stays as it was recorded.
 */
export function filterUrl(url: string, allowsPii: boolean, depth = 0): string {
  if (depth > MAX_NESTED_URLS) return FILTERED;
  if (isDataUrl(url)) return shortDataUrl(url);
  // Credentials need a `//`, parameters a `=`.
  if (!url.includes('//') && !url.includes('=')) return url;
  const start = embeddedUrlStart(url);
  if (start > 0) return url.slice(0, start) + filterUrl(url.slice(start), allowsPii, depth + 1);
  const { scheme, authority, path, query, fragment } = splitUrl(url);
  let filtered = authority === undefined ? '' : `${scheme}//${filterCredentials(authority)}`;
  filtered += filterNested(path, allowsPii, depth);
  if (query !== undefined) filtered += `?${filterQuery(query, allowsPii, depth)}`;
  if (fragment !== undefined) filtered += `#${filterQuery(fragment, allowsPii, depth)}`;
  return filtered;
}

/**
 * A URL as a name: without query and fragment, credentials replaced, without a port the scheme implies.
 * https://develop.sentry.dev/sdk/expected-features/data-handling/#structuring-data
 */
export function sanitizeUrl(url: string): string {
  if (isDataUrl(url)) return shortDataUrl(url);
  const { scheme, authority, path } = splitUrl(url);
  const shownPath = filterNested(path, false, 0);
  if (authority === undefined) return shownPath;
  return `${scheme}//${filterCredentials(withoutDefaultPort(scheme, authority))}${shownPath}`;
}

/** A query string, without its `?`, whose secret-looking values are replaced. */
export function filterQuery(query: string, allowsPii: boolean, depth = 0): string {
  if (!query.includes('=') || !needsFiltering(query, allowsPii)) return query;
  return query
    .split('&')
    .map(part => filterParameters(part, allowsPii, depth))
    .join('&');
}

/** False for most queries: nothing encoded or nested in them, and no name that looks secret. They are not copied. */
function needsFiltering(query: string, allowsPii: boolean): boolean {
  if (ENCODED_OR_NESTED.test(query)) return true;
  for (let start = 0, equals = query.indexOf('='); equals !== -1; equals = query.indexOf('=', start)) {
    if (isSensitiveKey(query.slice(start, equals), allowsPii)) return true;
    start = query.indexOf('&', equals) + 1;
    if (start === 0) return false;
  }
  return false;
}

const ENCODED_OR_NESTED = /[%;?]|\/\//;

function filterCredentials(authority: string): string {
  const at = authority.lastIndexOf('@');
  return at === -1 ? authority : FILTERED_CREDENTIALS + authority.slice(at + 1);
}

function withoutDefaultPort(scheme: string, authority: string): string {
  const port =
    scheme === 'https:' || scheme === 'wss:' ? ':443' : scheme === 'http:' || scheme === 'ws:' ? ':80' : '';
  return port !== '' && authority.endsWith(port) ? authority.slice(0, -port.length) : authority;
}

// Proxies and redirectors carry a URL in the path of another.
function filterNested(path: string, allowsPii: boolean, depth: number): string {
  const start = embeddedUrlStart(path);
  return start === -1 ? path : path.slice(0, start) + filterUrl(path.slice(start), allowsPii, depth + 1);
}

/** Where a URL with credentials may begin in text that puts anything before it; -1 if that is after a `?` or `#`. */
function embeddedUrlStart(text: string): number {
  const slashes = text.includes('@') ? text.indexOf('//') : -1;
  if (slashes === -1) return -1;
  const start = schemeStart(text, slashes);
  return withoutQuery(text.slice(0, start)).length < start ? -1 : start;
}

/** Where the scheme begins that stands before the `//` at `slashes`. */
function schemeStart(text: string, slashes: number): number {
  if (text.charAt(slashes - 1) !== ':') return slashes;
  let start = slashes - 1;
  while (start > 0 && SCHEME_CHAR.test(text.charAt(start - 1))) start -= 1;
  while (start < slashes && !LETTER.test(text.charAt(start))) start += 1;
  return start;
}

const LETTER = /[a-z]/i;
const SCHEME_CHAR = /[a-z0-9+.-]/i;

/**
 * One `&` part of a query. Some servers separate parameters by `;`, and an unescaped URL as a value brings its own `?`,
 * so a part may hold several; a secret one takes the rest of the part with it, for it may contain those characters.
 */
function filterParameters(part: string, allowsPii: boolean, depth: number): string {
  let filtered = '';
  let rest = part;
  for (;;) {
    const equals = rest.indexOf('=');
    if (equals === -1) return filtered + rest;
    const name = rest.slice(0, equals);
    if (isSensitiveKey(decode(name), allowsPii)) return `${filtered}${name}=${FILTERED}`;
    const next = rest.slice(equals + 1).search(INNER_SEPARATOR);
    const end = next === -1 ? rest.length : equals + 1 + next;
    filtered += `${name}=${filterValue(rest.slice(equals + 1, end), allowsPii, depth)}`;
    if (next === -1) return filtered;
    filtered += rest.charAt(end);
    rest = rest.slice(end + 1);
  }
}

function filterValue(value: string, allowsPii: boolean, depth: number): string {
  if (value.includes('//')) return filterUrl(value, allowsPii, depth + 1);
  const decoded = decode(value);
  if (decoded === value) return value;
  const isUrl = /[/?#]/.test(decoded);
  const filtered = isUrl
    ? filterUrl(decoded, allowsPii, depth + 1)
    : filterQuery(decoded, allowsPii, depth + 1);
  return filtered === decoded ? value : encode(filtered);
}

const INNER_SEPARATOR = /[;?]/;

/**
 * What `decodeURIComponent` refuses: no digits, or no UTF-8 (RFC 3629). To let it throw takes as long as to decode
 * thousands of characters, and whoever calls a server may write as many of these into a URL as fit.
 */
const UNDECODABLE = new RegExp(
  [
    '%(?![0-9a-f]{2})',
    '%(?:c[01]|f[5-9a-f]|e0%[89]|ed%[ab]|f0%8|f4%[9ab])',
    '%[cd].(?!%[89ab])|%e.(?!(?:%[89ab].){2})|%f.(?!(?:%[89ab].){3})',
    '(?<!%[cd].|%e.(?:%[89ab].)?|%f.(?:%[89ab].){0,2})%[89ab]',
  ].join('|'),
  'is',
);

function decode(text: string): string {
  if (!text.includes('%') || UNDECODABLE.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return FILTERED; // Half of a surrogate pair has no encoding.
  }
}

function isDataUrl(url: string): boolean {
  return url.startsWith('data:');
}

// `data:<type>` says enough; the body may be anything, and large.
function shortDataUrl(url: string): string {
  const end = url.search(/[;,]/);
  return end === -1 ? url : url.slice(0, end);
}
