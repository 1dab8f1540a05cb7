const NEWLINE = 10;

/**
 * Headers and items of an envelope; payloads stay bytes. Throws when the bytes are none.
 * https://develop.sentry.dev/sdk/data-model/envelopes/
 *
 * @param {Buffer} bytes
 */
export function parseEnvelope(bytes) {
  let { header: headers, next: offset } = readHeader(bytes, 0);
  const items = [];
  while (offset < bytes.length) {
    const { header, next } = readHeader(bytes, offset);
    const end = header.length === undefined ? lineEnd(bytes, next) : next + header.length;
    if (end > bytes.length) throw new SyntaxError('an item is longer than its envelope');
    items.push({ header, payload: bytes.subarray(next, end) });
    offset = end + 1;
  }
  return { headers, items };
}

function readHeader(bytes, offset) {
  const end = lineEnd(bytes, offset);
  return { header: JSON.parse(bytes.toString('utf8', offset, end)), next: end + 1 };
}

function lineEnd(bytes, offset) {
  const newline = bytes.indexOf(NEWLINE, offset);
  return newline === -1 ? bytes.length : newline;
}
