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

/** So much of a category was lost for a reason. */
export interface Loss {
  /** One of Sentry's reasons. */
  readonly reason: DropReason;
  /** What the quantity is counted in. */
  readonly category: DataCategory;
  /** Above zero. */
  readonly quantity: number;
}

type Counts = Map<DropReason, Map<DataCategory, number>>;

/** Counts losses by reason and category until they are reported. Runs for every span that is not sampled. */
export class LossCounter {
  readonly #onFirst: ((reason: DropReason) => void) | undefined;
  readonly #known = new Set<DropReason>();
  #pending: Counts = new Map();
  readonly #reported: Counts = new Map();

  /** @param onFirst is told of each reason when it is new */
  constructor(onFirst?: (reason: DropReason) => void) {
    this.#onFirst = onFirst;
  }

  /** Nothing is counted for a quantity that is not above zero. */
  add(reason: DropReason, category: DataCategory, quantity = 1): void {
    if (!(quantity > 0)) return;
    count(this.#pending, reason, category, quantity);
    if (this.#known.has(reason)) return;
    this.#known.add(reason);
    this.#onFirst?.(reason);
  }

  /** Whether there is nothing to report. */
  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** Takes what has not been reported yet. */
  drain(): Loss[] {
    const losses = listOf(this.#pending);
    for (const { reason, category, quantity } of losses) count(this.#reported, reason, category, quantity);
    this.#pending = new Map();
    return losses;
  }

  /** Puts drained losses back: their report did not arrive. */
  restore(losses: readonly Loss[]): void {
    for (const { reason, category, quantity } of losses) {
      count(this.#reported, reason, category, -quantity);
      count(this.#pending, reason, category, quantity);
    }
  }

  /** Everything ever counted, reported or not. */
  totals(): Loss[] {
    const totals: Counts = new Map();
    for (const counts of [this.#reported, this.#pending]) {
      for (const { reason, category, quantity } of listOf(counts)) count(totals, reason, category, quantity);
    }
    return listOf(totals);
  }
}

function count(counts: Counts, reason: DropReason, category: DataCategory, quantity: number): void {
  let ofReason = counts.get(reason);
  if (ofReason === undefined) counts.set(reason, (ofReason = new Map()));
  ofReason.set(category, (ofReason.get(category) ?? 0) + quantity);
}

function listOf(counts: Counts): Loss[] {
  const losses: Loss[] = [];
  for (const [reason, ofReason] of counts) {
    for (const [category, quantity] of ofReason)
      if (quantity > 0) losses.push({ reason, category, quantity });
  }
  return losses;
}
