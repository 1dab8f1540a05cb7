import type { JsonValue } from '../protocol/transaction.js';
import { isList } from './json-list.js';
import { cutText } from './text.js';

/** Ends every value that was cut, with how long it was. */
export function cutMark(chars: number): string {
  return `… [cut, ${chars} characters]`;
}

const MARK = /… \[cut, (\d+) characters\]$/;
const DATA_URL = /^data:([^,;]{0,100})/;

/**
 * Shortens text to `maxChars` characters, mark included; a `data:` URL to its media type. A surrogate pair is not torn.
 */
export function cutValue(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  // Cut before: the mark keeps saying how long the value was in the first place.
  const mark = cutMark(Number(MARK.exec(text)?.[1] ?? text.length));
  const media = DATA_URL.exec(text);
  if (media !== null) return `${media[0]},${mark}`;
  return cutText(text, Math.max(0, maxChars - mark.length)) + mark;
}

/** A JSON value whose texts have at most `maxChars` characters, at any depth. What is short enough is not copied. */
export function cutJson(value: JsonValue, maxChars: number): JsonValue {
  if (typeof value === 'string') return cutValue(value, maxChars);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(item => cutJson(item, maxChars));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutJson(item, maxChars)]));
}
