import { filterCookies } from './cookie-filter.js';
import { FILTERED, isSensitiveKey } from './sensitive-keys.js';
import { filterText } from './text-filter.js';

/** Names below which instrumentations put one header each. https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/ */
const HEADER_PREFIXES = [
  'http.request.header.',
  'http.response.header.',
  'rpc.request.metadata.',
  'rpc.response.metadata.',
  'rpc.grpc.request.metadata.',
  'rpc.grpc.response.metadata.',
  'rpc.connect_rpc.request.metadata.',
  'rpc.connect_rpc.response.metadata.',
  'messaging.header.',
] as const;

/** The header an attribute holds, in lower case and with dashes; `undefined` for other attributes. */
export function headerNameOf(attribute: string): string | undefined {
  // Asked of every attribute of every span; most are told apart by their first letters.
  if (
    !attribute.startsWith('http.re') &&
    !attribute.startsWith('rpc.') &&
    !attribute.startsWith('messaging.h')
  ) {
    return undefined;
  }
  for (const prefix of HEADER_PREFIXES) {
    if (attribute.startsWith(prefix)) {
      return attribute.slice(prefix.length).toLowerCase().replaceAll('_', '-');
    }
  }
  return undefined;
}

/** The value of a header that may leave. Cookies are taken apart only where personal data may leave at all. */
export function filterHeader(name: string, value: string, allowsPii: boolean): string {
  if (allowsPii && (name === 'cookie' || name === 'set-cookie')) return filterCookies(value, allowsPii);
  return isSensitiveKey(name, allowsPii) ? FILTERED : filterText(value, allowsPii);
}
