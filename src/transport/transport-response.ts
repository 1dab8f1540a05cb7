import type { TransportResponse } from './transport.js';

/**
 * What a transport answered, with what can be made of its headers: a transport may not be ours, nor typed.
 *
 * @throws TypeError if there is no status.
 */
export function checkResponse(response: unknown): TransportResponse {
  const statusCode = property(response, 'statusCode');
  if (typeof statusCode !== 'number') throw new TypeError('the transport answered without a statusCode');
  const headers = property(response, 'headers');
  return {
    statusCode,
    headers: {
      'retry-after': headerText(property(headers, 'retry-after')),
      'x-sentry-rate-limits': headerText(property(headers, 'x-sentry-rate-limits')),
    },
  };
}

/** Header values come as text, as numbers, or as lists where a header may be repeated. */
function headerText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || Array.isArray(value) ? String(value) : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
