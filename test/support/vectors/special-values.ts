import { isFields, listOf, numberOf, optionalText, textOf, type Fields } from './narrow.js';

/**
 * Values that JSON cannot hold, or not in a readable way, are objects with the member `$`:
 *
 * | `$` | value |
 * | --- | --- |
 * | `undefined`, `null`, `NaN`, `Infinity`, `-Infinity`, `-0` | that |
 * | `bigint` | `text` as a bigint |
 * | `chars` | `text`, `count` times |
 * | `numbered` | `template` with `#` replaced by 0 to `count` - 1, joined by `separator` (default: a comma) |
 * | `joined` | `parts` one after the other |
 * | `regexp` | `source`, `flags` |
 * | `promise` | a promise of `value` |
 * | `bytes` | `text` as UTF-8 in a Buffer |
 */
export function decodeSpecialValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeSpecialValues);
  if (!isFields(value)) return value;
  return '$' in value ? decode(textOf(value['$']), value) : decodeMembers(value);
}

/** Like `decodeSpecialValues`, for what is an object before and after. */
export function decodeMembers(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decodeSpecialValues(member)]));
}

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['undefined', undefined],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);

function decode(kind: string, value: Fields): unknown {
  if (CONSTANTS.has(kind)) return CONSTANTS.get(kind);
  switch (kind) {
    case 'bigint':
      return BigInt(textOf(value['text']));
    case 'chars':
      return textOf(value['text']).repeat(numberOf(value['count']));
    case 'numbered':
      return numbered(textOf(value['template']), numberOf(value['count']), optionalText(value['separator']));
    case 'joined':
      return listOf(value['parts'])
        .map(part => textOf(decodeSpecialValues(part)))
        .join('');
    case 'regexp':
      return new RegExp(textOf(value['source']), optionalText(value['flags']));
    case 'promise':
      return Promise.resolve(decodeSpecialValues(value['value']));
    case 'bytes':
      return Buffer.from(textOf(value['text']));
    default:
      throw new TypeError(`unknown special value ${kind}`);
  }
}

function numbered(template: string, count: number, separator = ','): string {
  return Array.from({ length: count }, (_, index) => template.replaceAll('#', String(index))).join(separator);
}
