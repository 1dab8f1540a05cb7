/** Bytes of a text in UTF-8. A lone surrogate counts three, as the replacement character it becomes. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}

/** Whether a text has at most `maxBytes` bytes whatever its characters are. */
export function isSurelyWithin(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes;
}

/** The same, counted where that does not tell. */
export function fitsInBytes(text: string, maxBytes: number): boolean {
  return isSurelyWithin(text, maxBytes) || (text.length <= maxBytes && utf8Length(text) <= maxBytes);
}
