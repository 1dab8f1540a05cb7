import type { HttpTransportOptions } from './http-options.js';

/** Where to post, and with which credentials. */
export interface HttpTarget {
  readonly url: URL;
  /** Certificates to trust instead of the built-in ones. */
  readonly ca?: string | string[];
  /** `user:password` of the URL. */
  readonly authorization?: string;
}

/** @throws TypeError if `url` is not an absolute http or https URL. */
export function parseTarget({ url: text, caCerts }: HttpTransportOptions): HttpTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TypeError('url must be an absolute http or https URL');
  }
  const hasCredentials = url.username !== '' || url.password !== '';
  return {
    url,
    ...(caCerts === undefined ? {} : { ca: typeof caCerts === 'string' ? caCerts : [...caCerts] }),
    ...(hasCredentials && {
      authorization: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
    }),
  };
}
