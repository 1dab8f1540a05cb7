import { filterUrl } from './url-filter.js';

/**
 * Text that may leave: every URL in it is filtered, wherever it stands (a span name, a JSON document, a statement).
 * Text without one is returned as it is, after a scan and without a copy.
 */
export function filterText(text: string, allowsPii: boolean): string {
  if (!mayHoldUrl(text)) return text;
  return text.replace(WORD, word => (mayHoldUrl(word) ? filterWord(word, allowsPii) : word));
}

function filterWord(word: string, allowsPii: boolean): string {
  const start = word.search(DATA_URL);
  if (start !== -1) {
    return filterWord(word.slice(0, start), allowsPii) + filterUrl(word.slice(start), allowsPii);
  }
  // `data:1,2` is a name and a list.
  return word.startsWith('data:') ? word : filterUrl(word, allowsPii);
}

// Quotes and angle brackets delimit URLs in documents, a backslash stands before such a quote.
const WORD = /[^\s"<>`\\]+/g;

/** A `data:` URL with a media type, which is what tells it from other uses of the word. */
const DATA_URL = /(?<!\w)data:[\w.+-]{1,100}\/[^,]{0,200},/;

function mayHoldUrl(text: string): boolean {
  if (text.length < SHORTEST_SECRET.length) return false;
  // Single characters first: nearly all text has none of these, and to look for one takes a tenth of the time.
  if (text.includes(':') && (text.includes('://') || text.includes('data:'))) return true;
  if (text.includes('@') && text.includes('//')) return true;
  return text.includes('=') && (startsName(text, '?') || startsName(text, '#'));
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
