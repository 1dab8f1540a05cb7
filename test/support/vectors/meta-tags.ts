const TAG = /<meta name="([^"<>]*)" content="([^"<>]*)"\s*\/?>/g;
const ENTITY = /&(quot|lt|gt|amp|apos|#39|#x27);/g;
const CHARACTERS: Readonly<Record<string, string>> = {
  quot: '"',
  lt: '<',
  gt: '>',
  amp: '&',
  apos: "'",
  '#39': "'",
  '#x27': "'",
};

/** Reads meta tags the way a browser does. Well-formed is text with nothing else in it. */
export function readMetaTags(html: string): {
  entries: [name: string, content: string][];
  isWellFormed: boolean;
} {
  const tags = [...html.matchAll(TAG)];
  return {
    entries: tags.map(([, name = '', content = '']) => [name, unescape(content)]),
    isWellFormed: html.replace(TAG, '').trim() === '',
  };
}

function unescape(text: string): string {
  return text.replace(ENTITY, (entity, name: string) => CHARACTERS[name] ?? entity);
}
