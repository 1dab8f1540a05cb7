import type { DataCategory, LossCounter } from '../protocol/loss-counter.js';
import type { Quantity } from './outgoing-envelope.js';
import { lossReason, type SendOutcome } from './transport.js';

type Sums = Map<DataCategory, number>;

/**
 * Keeps the accounts: what was handed over is the sum of what arrived, what Sentry counted, what we counted, and what
 * is on disk, which is booked when it leaves there.
 */
export class Ledger {
  readonly #losses: LossCounter;
  readonly #delivered: Sums = new Map();
  readonly #rateLimitedBySentry: Sums = new Map();
  #lastOutcome: SendOutcome | undefined;

  constructor(losses: LossCounter) {
    this.#losses = losses;
  }

  get lastOutcome(): SendOutcome | undefined {
    return this.#lastOutcome;
  }

  get delivered(): Quantity[] {
    return toQuantities(this.#delivered);
  }

  /** Answered with 429: Sentry has counted these itself. */
  get rateLimitedBySentry(): Quantity[] {
    return toQuantities(this.#rateLimitedBySentry);
  }

  book(outcome: SendOutcome, quantities: readonly Quantity[]): void {
    this.#lastOutcome = outcome;
    if (outcome.kind === 'spooled') return;
    const reason = lossReason(outcome);
    const sums = outcome.kind === 'delivered' ? this.#delivered : this.#rateLimitedBySentry;
    for (const { category, quantity } of quantities) {
      if (reason === undefined) sums.set(category, (sums.get(category) ?? 0) + quantity);
      else this.#losses.add(reason, category, quantity);
    }
  }
}

function toQuantities(sums: Sums): Quantity[] {
  return [...sums].map(([category, quantity]) => ({ category, quantity }));
}
