/** `JSON.stringify` writes lone surrogates as escapes. An even number of backslashes before one is text of its own. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * JSON text that every parser reads: a surrogate without its pair, which may come of cutting text, becomes a
 * replacement character. Strict parsers refuse the whole document otherwise.
 *
 * @throws TypeError for what JSON cannot hold
 */
export function toJson(value: object | string): string {
  const json = JSON.stringify(value);
  return json.includes('\\ud') ? json.replace(LONE_SURROGATE, '$1\\ufffd') : json;
}
