import { isRecord, type UnknownRecord } from './unknown-record.js';

/**
 * Payloads of an envelope's items of one type, to be changed in place.
 *
 * The SDK keeps an envelope as headers and items, and an item as headers and payload.
 */
export function itemsOf(envelope: UnknownRecord, type: string): UnknownRecord[] {
  const items: unknown = envelope[1];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) => {
    const [headers, payload]: unknown[] = Array.isArray(item) ? item : [];
    return isRecord(headers) && headers['type'] === type && isRecord(payload) ? [payload] : [];
  });
}
