/** Bytes of a text in UTF-8. A lone surrogate counts three, as the replacement character it becomes. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (isLeading(code) && isTrailing(text.charCodeAt(index + 1))) {
      bytes += 4;
      index++;
    } else bytes += 3;
  }
  return bytes;
}

/** Whether a text surely has at most `maxBytes` bytes, or has when counted. */
export function fitsInBytes(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes || (text.length <= maxBytes && utf8Length(text) <= maxBytes);
}

function isLeading(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isTrailing(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
