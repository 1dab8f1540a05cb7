import { FILTERED, isSensitiveKey } from './sensitive-keys.js';
import { filterText } from './text-filter.js';

/**
 * `key=value` with the quotings of ADO.NET, ODBC and libpq. Only looked for where a key can begin, so that the time taken
 * is in proportion to the length. https://www.postgresql.org/docs/current/libpq-connect.html
 */
const PAIR = /(?<![^\s;?&])([^\s;=?&]+)(\s*=\s*)("[^"]*"|'[^']*'|\{[^}]{0,256}\}|[^\s;&]*)/g;

/** A database connection string that may leave, whatever its dialect: URL, pairs, or `user/password@host`. */
export function filterConnectionString(text: string): string {
  const filtered = filterText(text, false);
  if (!text.includes('://') && !text.includes('=')) return withoutCredentials(filtered);
  return filtered.replace(PAIR, (pair, name: string, equals: string) =>
    isSensitiveKey(name, true) ? name + equals + FILTERED : pair,
  );
}

function withoutCredentials(text: string): string {
  const at = text.lastIndexOf('@');
  return at === -1 ? text : FILTERED + text.slice(at);
}
