import { ProxyError } from './http-proxy-error.js';

/** Where a proxy listens, and how to be let in. */
export interface ProxyAddress {
  /** Without credentials: fit for messages. */
  readonly url: URL;
  /** Value of `proxy-authorization`. https://www.rfc-editor.org/rfc/rfc9110#section-11.7.2 */
  readonly authorization: string | undefined;
}

/**
 * Reads the URL of a proxy.
 *
 * @throws ProxyError naming `source` if it is none, or of a kind that is not supported
 */
export function parseProxyAddress(text: string, source: string): ProxyAddress {
  if (!URL.canParse(text)) throw new ProxyError(`${source} is not the URL of a proxy`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ProxyError(
      `${source} has a proxy of the kind ${url.protocol}// where only http and https work`,
    );
  }
  const { username, password } = url;
  url.username = '';
  url.password = '';
  return { url, authorization: basic(decoded(username), decoded(password)) };
}

function basic(username: string, password: string): string | undefined {
  if (username === '' && password === '') return undefined;
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** A `%` that begins no escape was meant as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
