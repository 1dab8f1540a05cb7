import { FILTERED, isSensitiveKey } from './sensitive-keys.js';
import { filterText } from './text-filter.js';

/**
 * Arguments of a command line that may leave: `--token=x` and `TOKEN=x` lose their value, as does what follows
 * `--token`. Resource detectors record command lines without being asked.
 */
export function filterArguments(words: readonly string[], allowsPii: boolean): string[] {
  let isValueOfSecret = false;
  return words.map(word => {
    const isOption = word.startsWith('-');
    const isSecret = isValueOfSecret && !isOption;
    const equals = word.indexOf('=');
    isValueOfSecret = isOption && equals === -1 && isSensitiveKey(word, true);
    if (isSecret) return FILTERED;
    if (equals > 0 && isSensitiveKey(word.slice(0, equals), true)) {
      return filterText(word.slice(0, equals + 1), allowsPii) + FILTERED;
    }
    return filterText(word, allowsPii);
  });
}
