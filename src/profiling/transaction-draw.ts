import { describeError, log } from '../otel/diagnostics.js';
import { isPromise } from '../otel/hook-result.js';
import type { ReadableSpan } from '../otel/types.js';
import { parseRate } from '../sampling/rate.js';
import type { ProfilesSampler } from './profiler-options.js';

interface Rates {
  readonly sampler: ProfilesSampler | undefined;
  readonly rate: number | undefined;
}

/** Decides which sampled transactions are profiled. */
export class TransactionDraw {
  readonly #rates: Rates;
  readonly #random: () => number;
  #hasComplained = false;

  constructor(rates: Rates, random: () => number) {
    this.#rates = rates;
    this.#random = random;
  }

  isDrawn(root: ReadableSpan): boolean {
    return this.#random() < this.#rateOf(root);
  }

  #rateOf({ name, kind, attributes }: ReadableSpan): number {
    const { sampler, rate = 0 } = this.#rates;
    if (sampler === undefined) return rate;
    try {
      const result: unknown = sampler({ name, kind, attributes: { ...attributes }, parentSampled: true });
      const parsed = isPromise(result) ? undefined : parseRate(result);
      if (parsed === undefined) this.#complain('it must return a number from 0 to 1');
      return parsed ?? 0;
    } catch (error) {
      this.#complain(describeError(error));
      return rate;
    }
  }

  /** Once: it may fail for every transaction there is. */
  #complain(problem: string): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    log.error(`profilesSampler failed: ${problem}`);
  }
}
