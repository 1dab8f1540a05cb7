import { numberOf, optionalText, textOf, type Fields } from './narrow.js';

/**
 * Many spans from one description: `count` spans `<prefix>0`, `<prefix>1`..., each below `parent` or, as a `chain`,
 * below the one before. `#` in the name stands for the number; they start `every` so many milliseconds.
 */
export function expandFill(fill: Fields): Fields[] {
  const { chain = false, kind, attributes } = fill;
  const prefix = textOf(fill['prefix']);
  const parent = optionalText(fill['parent']);
  return Array.from({ length: numberOf(fill['count']) }, (_, index) => {
    const start = numberOf(fill['start']) + index * numberOf(fill['every']);
    return {
      ref: `${prefix}${index}`,
      parent: chain === true && index > 0 ? `${prefix}${index - 1}` : parent,
      name: textOf(fill['name']).replace('#', String(index)),
      kind,
      attributes,
      start,
      end: start + numberOf(fill['duration']),
      fill: prefix,
    };
  });
}
