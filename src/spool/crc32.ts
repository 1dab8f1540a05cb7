/** Reversed polynomial of CRC-32. https://www.rfc-editor.org/rfc/rfc1952#section-8 */
const POLYNOMIAL = 0xed_b8_83_20;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** CRC-32 as eight hex digits: tells damage, not tampering. https://www.rfc-editor.org/rfc/rfc1952#section-8 */
export function crc32(bytes: Uint8Array): string {
  let rest = 0xff_ff_ff_ff;
  for (const byte of bytes) rest = (rest >>> 8) ^ (TABLE[(rest ^ byte) & 0xff] ?? 0);
  return (~rest >>> 0).toString(16).padStart(8, '0');
}
