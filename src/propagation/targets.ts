import type { NamePattern } from '../options.js';
import type { Dsn } from '../protocol/dsn.js';
import { createSentryHostCheck } from './sentry-host.js';

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
  const isAtSentry = dsn && createSentryHostCheck(dsn);
  return (url, isHttpClient) => {
    if (matchers?.length === 0) return false;
    if (url === undefined) return matchers === undefined || !isHttpClient;
    if (isAtSentry?.(url)) return false;
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
