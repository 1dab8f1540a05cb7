import type { NamePattern } from '../options.js';
import type { Dsn } from '../protocol/dsn.js';

/** Says whether a request to `url` may carry our headers; `undefined` when the URL is not known. */
export type TargetFilter = (url: string | undefined, isHttpClient: boolean) => boolean;

/**
 * Applies `tracePropagationTargets`: texts are contained in the URL, expressions satisfied by it, case does not matter.
 * https://docs.sentry.io/platforms/javascript/guides/node/configuration/options/#tracePropagationTargets
 *
 * Messages have no URL and always pass, unless the list is empty. An HTTP request whose URL cannot be known does not
 * pass when there is a list: better no headers than headers at the wrong place. Requests to Sentry itself never pass.
 */
export function createTargetFilter(
  targets: readonly NamePattern[] | undefined,
  dsn: Dsn | undefined,
): TargetFilter {
  const matchers = targets?.map(compile);
  const sentryHost = dsn && sentryHostOf(dsn);
  return (url, isHttpClient) => {
    if (matchers?.length === 0) return false;
    if (url === undefined) return matchers === undefined || !isHttpClient;
    if (sentryHost !== undefined && hostOf(url) === sentryHost) return false;
    return matchers === undefined || matchers.some(matches => matches(url));
  };
}

function compile(target: NamePattern): (url: string) => boolean {
  if (typeof target === 'string') {
    const text = target.toLowerCase();
    return url => url.toLowerCase().includes(text);
  }
  // Without g and y an expression keeps no position between calls.
  const expression = new RegExp(target.source, `${target.flags.replace(/[giy]/g, '')}i`);
  return url => expression.test(url);
}

/** Host and port of a DSN, as `hostOf` gives them for the URLs made from it. */
export function sentryHostOf({ protocol, host, port }: Dsn): string {
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
