/** The parts of a URL as they stand, nothing decoded. Delimiters belong to no part, except the `:` of the scheme. */
export interface UrlParts {
  /** With its colon, in lower case; empty for relative URLs. */
  readonly scheme: string;
  /** Credentials, host and port; absent when the URL has no `//`. */
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

/**
 * Takes a URL apart that may be relative, protocol-relative or no URL at all. Unlike `URL` it never fails and changes
 * nothing, so that what is printed again is what was recorded.
 */
export function splitUrl(url: string): UrlParts {
  const start = authorityStart(url);
  const pathStart = start === -1 ? 0 : authorityEnd(url, start);
  const hash = url.indexOf('#', pathStart);
  const hierarchyEnd = hash === -1 ? url.length : hash;
  const mark = url.indexOf('?', pathStart);
  const hasQuery = mark !== -1 && mark < hierarchyEnd;
  return {
    scheme: start === -1 ? '' : url.slice(0, start - 2).toLowerCase(),
    authority: start === -1 ? undefined : url.slice(start, pathStart),
    path: url.slice(pathStart, hasQuery ? mark : hierarchyEnd),
    query: hasQuery ? url.slice(mark + 1, hierarchyEnd) : undefined,
    fragment: hash === -1 ? undefined : url.slice(hash + 1),
  };
}

/** What precedes `?` and `#`. */
export function withoutQuery(target: string): string {
  const end = target.search(QUERY_OR_FRAGMENT);
  return end === -1 ? target : target.slice(0, end);
}

const QUERY_OR_FRAGMENT = /[?#]/;
const SCHEME = /^[a-z][a-z0-9+.-]*:$/i;

/** Index after the `//` of a URL that has a host, else -1. */
function authorityStart(url: string): number {
  const slashes = url.indexOf('//');
  if (slashes === 0) return 2;
  return slashes !== -1 && SCHEME.test(url.slice(0, slashes)) ? slashes + 2 : -1;
}

function authorityEnd(url: string, start: number): number {
  const end = firstDelimiter(url, start);
  const authority = url.slice(start, end);
  if (authority.includes('@') || !looksCutInCredentials(authority)) return end;
  const at = url.lastIndexOf('@');
  return at < end ? end : firstDelimiter(url, at);
}

// A password may contain `/`, `?` or `#` although it must not: what follows the colon is then no port.
function looksCutInCredentials(authority: string): boolean {
  const colon = authority.indexOf(':');
  return colon !== -1 && !authority.startsWith('[') && !PORT.test(authority.slice(colon + 1));
}

const PORT = /^\d*$/;
const DELIMITER = /[/?#\\]/g;

function firstDelimiter(url: string, from: number): number {
  DELIMITER.lastIndex = from;
  return DELIMITER.test(url) ? DELIMITER.lastIndex - 1 : url.length;
}
