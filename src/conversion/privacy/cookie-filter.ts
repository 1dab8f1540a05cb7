import { FILTERED, isSensitiveCookie } from './sensitive-keys.js';

/** Attributes of `Set-Cookie` that have no value. https://www.rfc-editor.org/rfc/rfc6265#section-4.1 */
const FLAGS = new Set(['httponly', 'secure', 'partitioned']);

/** A `Cookie` or `Set-Cookie` header that may leave: pair by pair, and nothing of what is no pair. */
export function filterCookies(header: string, allowsPii: boolean): string {
  return header
    .split(';')
    .map(part => filterPair(part.trim(), allowsPii))
    .join('; ');
}

function filterPair(pair: string, allowsPii: boolean): string {
  const equals = pair.indexOf('=');
  if (equals <= 0) return pair === '' || FLAGS.has(pair.toLowerCase()) ? pair : FILTERED;
  const name = pair.slice(0, equals);
  return isSensitiveCookie(name, allowsPii) ? `${name}=${FILTERED}` : pair;
}
