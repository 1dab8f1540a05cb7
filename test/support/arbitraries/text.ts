import * as fc from 'fast-check';

const codeUnit = fc.oneof(
  fc.integer({ min: 0, max: 0xff_ff }).map(code => String.fromCharCode(code)),
  fc.constantFrom(
    '\ud800',
    '\udbff',
    '\udc00',
    '\udfff',
    '😀',
    'é',
    '"',
    '\\',
    '\n',
    '\r',
    '\0',
    '\u2028',
    'a',
  ),
);

/** Any UTF-16, halves of surrogate pairs included. */
export const anyUtf16 = fc.string({ unit: codeUnit });

/** Text made of pieces that mean something to a parser, with anything between them. */
export function textOf(pieces: readonly string[], maxPieces = 12): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
    { weight: 1, arbitrary: fc.string({ unit: codeUnit, maxLength: 3 }) },
  );
  return fc.array(piece, { maxLength: maxPieces }).map(parts => parts.join(''));
}

/** A few pieces, to be repeated for as long as an adversary likes. */
export function patternOf(pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 }).map(parts => parts.join(''));
}
