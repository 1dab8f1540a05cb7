/** The beginning of a text, at most `maxChars` long; a character made of two code units is not torn apart. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 1);
  const isTorn = last >= FIRST_LEADING_SURROGATE && last <= LAST_LEADING_SURROGATE;
  return text.slice(0, isTorn ? maxChars - 1 : maxChars);
}

const FIRST_LEADING_SURROGATE = 0xd800;
const LAST_LEADING_SURROGATE = 0xdbff;
