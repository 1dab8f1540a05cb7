import type { Dsn } from '../protocol/dsn.js';

/**
 * Whether a URL is at the host and port of a DSN.
 *
 * Asked for every request that leaves: whether the name occurs at all is found in a tenth of the time that it takes to
 * cut the host out of a URL.
 */
export function createSentryHostCheck(dsn: Dsn): (url: string) => boolean {
  const host = sentryHostOf(dsn);
  const occurs = new RegExp(host.replace(/[.[\]]/g, '\\$&'), 'iu');
  return url => occurs.test(url) && hostOf(url) === host;
}

/** As `hostOf` gives it for the URLs made from the DSN. */
function sentryHostOf({ protocol, host, port }: Dsn): string {
  return withoutDefaultPort(port === undefined ? host : `${host}:${port}`, protocol);
}

/** Host and port as they stand in a URL, in lower case; without the port that is the scheme's own. */
export function hostOf(url: string): string | undefined {
  const scheme = url.indexOf('://');
  if (scheme < 0) return undefined;
  let end = scheme + 3;
  let start = end;
  for (; end < url.length; end++) {
    const char = url[end];
    if (char === '/' || char === '?' || char === '#') break;
    if (char === '@') start = end + 1;
  }
  return withoutDefaultPort(url.slice(start, end), url.slice(0, scheme));
}

function withoutDefaultPort(authority: string, scheme: string): string {
  const host = authority.toLowerCase();
  const port = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  return host.endsWith(port) ? host.slice(0, -port.length) : host;
}
