import * as fc from 'fast-check';

const HEX = Array.from('0123456789abcdef');

function hexId(length: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: fc.constantFrom(...HEX), minLength: length, maxLength: length })
    .filter(id => /[^0]/.test(id));
}

/** Valid ids. */
export const anyTraceId = hexId(32);
export const anySpanId = hexId(16);

/** A decision, or none yet. */
export const anyDecision = fc.constantFrom(true, false, undefined);
