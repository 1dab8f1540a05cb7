/** Why data did not reach Sentry. https://develop.sentry.dev/sdk/telemetry/client-reports/#envelope-item-payload */
export type DropReason =
  | 'backpressure'
  | 'before_send'
  | 'buffer_overflow'
  | 'cache_overflow'
  | 'callback_error'
  | 'event_processor'
  | 'ignored'
  | 'insufficient_data'
  | 'internal_sdk_error'
  | 'invalid'
  | 'network_error'
  | 'no_parent_span'
  | 'queue_overflow'
  | 'ratelimit_backoff'
  | 'sample_rate'
  | 'send_error';

/** What a loss is counted in, and what a rate limit applies to. https://develop.sentry.dev/sdk/expected-features/rate-limiting/#definitions */
export type DataCategory = 'error' | 'transaction' | 'span' | 'profile' | 'profile_chunk';

export interface Loss {
  readonly reason: DropReason;
  readonly category: DataCategory;
  readonly quantity: number;
}

/** Counts losses by reason and category until they are reported. */
export class LossCounter {
  #pending = new Map<string, MutableLoss>();
  readonly #total = new Map<string, MutableLoss>();

  /** Nothing is counted for a quantity that is not above zero. */
  add(reason: DropReason, category: DataCategory, quantity = 1): void {
    if (!(quantity > 0)) return;
    count(this.#pending, reason, category, quantity);
    count(this.#total, reason, category, quantity);
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** Takes what has not been reported yet. */
  drain(): Loss[] {
    const losses = [...this.#pending.values()].map(loss => ({ ...loss }));
    this.#pending = new Map();
    return losses;
  }

  /** Puts drained losses back: their report did not arrive. */
  restore(losses: readonly Loss[]): void {
    for (const { reason, category, quantity } of losses) count(this.#pending, reason, category, quantity);
  }

  /** Everything ever counted, reported or not. */
  totals(): Loss[] {
    return [...this.#total.values()].map(loss => ({ ...loss }));
  }
}

type MutableLoss = { -readonly [K in keyof Loss]: Loss[K] };

function count(
  map: Map<string, MutableLoss>,
  reason: DropReason,
  category: DataCategory,
  quantity: number,
): void {
  const key = `${reason}/${category}`;
  const loss = map.get(key);
  if (loss === undefined) map.set(key, { reason, category, quantity });
  else loss.quantity += quantity;
}
