import * as fc from 'fast-check';
import type { ReadableSpan } from '../../../src/otel/types.js';
import { buildSpan } from '../spans.js';

/** A span of a random forest: its trace, and which of the spans before it is its parent. */
export interface Seedling {
  readonly trace: number;
  readonly parent: number;
  /** `missing`: its parent is never seen; `self`: it names itself as its parent. */
  readonly below: 'root' | 'known' | 'missing' | 'self';
  readonly start: number;
  readonly length: number;
}

/** Spans of a few traces, each below one of the spans before it or a root, as far as `kinds` says. */
export function seedlings(
  kinds: readonly Seedling['below'][],
  maxLength = 40,
): fc.Arbitrary<readonly Seedling[]> {
  return fc.array(
    fc.record({
      trace: fc.nat({ max: 2 }),
      parent: fc.nat(),
      below: fc.constantFrom(...kinds),
      start: fc.nat({ max: 100 }),
      length: fc.nat({ max: 100 }),
    }),
    { maxLength },
  );
}

/** The spans that grow from seedlings, parents first. The name of a span is its position. */
export function grow(plan: readonly Seedling[]): ReadableSpan[] {
  const traces = new Map<number, ReadableSpan[]>();
  return plan.map(({ trace, parent, below, start, length }, index) => {
    const before = traces.get(trace) ?? [];
    traces.set(trace, before);
    const spanId = (index + 1).toString(16).padStart(16, '0');
    const known = below === 'known' ? before[parent % Math.max(1, before.length)] : undefined;
    const span = buildSpan({
      name: String(index),
      traceId: String(trace + 1).padStart(32, '0'),
      spanId,
      start,
      end: start + length,
      ...(known !== undefined && { parent: known }),
      ...(below === 'missing' && { parent: `f${String((parent % 3) + 1).padStart(15, '0')}` }),
      ...(below === 'self' && { parent: spanId }),
    });
    before.push(span);
    return span;
  });
}
