import type { Attributes } from './types.js';

/** The method of an HTTP request as instrumentations record it, by the stable name or the older one. */
export function recordedMethod(attributes: Attributes): unknown {
  return attributes['http.request.method'] ?? attributes['http.method'];
}
