import { filterUrl } from './url-filter.js';

/**
 * Text that may leave: every URL in it is filtered, wherever it stands (a span name, a JSON document, a statement).
 * Text without one is returned as it is, after a scan and without a copy.
 */
export function filterText(text: string, allowsPii: boolean): string {
  if (!mayHoldUrl(text)) return text;
  return text.replace(WORD, word =>
    mayHoldUrl(word) && !isPlainPair(word) ? filterUrl(word, allowsPii) : word,
  );
}

// Quotes and angle brackets delimit URLs in documents, a backslash stands before such a quote.
const WORD = /[^\s"<>`\\]+/g;

function mayHoldUrl(text: string): boolean {
  if (text.length < SHORTEST_SECRET.length) return false;
  if (text.includes('//') && (text.includes('://') || text.includes('@'))) return true;
  return text.includes('data:') || (text.includes('=') && (startsName(text, '?') || startsName(text, '#')));
}

/** Whether a parameter name may begin after one of the marks: the `?` of a prepared statement stands alone. */
function startsName(text: string, mark: string): boolean {
  for (let i = text.indexOf(mark); i !== -1; i = text.indexOf(mark, i + 1)) {
    const next = text.charCodeAt(i + 1);
    if (next > SPACE && next !== COMMA && next !== CLOSING_PARENTHESIS && next !== SEMICOLON) return true;
  }
  return false;
}

const SHORTEST_SECRET = '?sid=a';
const SPACE = 32;
const CLOSING_PARENTHESIS = 41;
const COMMA = 44;
const SEMICOLON = 59;

// `data:1,2` is a name and a list; the URL of that scheme has a media type.
function isPlainPair(word: string): boolean {
  return word.startsWith('data:') && !word.split(',', 1).join('').includes('/');
}
