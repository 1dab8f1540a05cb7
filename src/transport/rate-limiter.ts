import type { Clock } from '../clock.js';
import { log } from '../otel/diagnostics.js';
import { StateLog } from '../otel/state-log.js';
import type { DataCategory } from '../protocol/loss-counter.js';
import {
  applyResponse,
  isLimited,
  limitedUntil,
  NO_RATE_LIMITS,
  type LimitedCategory,
  type RateLimitKey,
  type RateLimits,
} from '../protocol/rate-limits.js';
import type { TransportResponse } from './transport.js';

/** A rate limit that has not ended yet. */
export interface ActiveRateLimit {
  /** What it is in force for; `all` is everything. */
  readonly category: RateLimitKey;
  /** Milliseconds until it ends. */
  readonly remainingMillis: number;
}

/**
 * Whether one of `limits` is in force for `category`.
 * @internal
 */
export function coversCategory(limits: readonly ActiveRateLimit[], category: DataCategory): boolean {
  return limits.some(limit => limit.category === category || limit.category === 'all');
}

/**
 * Remembers the rate limits of one DSN. https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/
 * @internal
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #logs = new Map<DataCategory, StateLog>();
  #limits: RateLimits = NO_RATE_LIMITS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Learns from an answer, whatever its status. */
  observe(response: TransportResponse): void {
    const { statusCode, headers } = response;
    if (statusCode !== 429 && headers?.['x-sentry-rate-limits'] === undefined) return;
    const now = { monotonicMillis: this.#clock.monotonicMillis(), epochMillis: this.#clock.epochMillis() };
    this.#limits = applyResponse(this.#limits, response, now);
  }

  /** Whether nothing of `category` may be sent now. */
  isLimited(category: LimitedCategory): boolean {
    if (this.#limits.size === 0) return false;
    const limited = isLimited(this.#limits, category, this.#clock.monotonicMillis());
    if (category !== 'internal') this.#logOf(category).report(limited);
    return limited;
  }

  /** Profiles have a quota of their own: that it is used up is no reason to sample fewer traces. */
  get limitsTraces(): boolean {
    return this.active().some(({ category }) => category !== 'profile' && category !== 'profile_chunk');
  }

  /** Limits that have not ended yet. */
  active(): ActiveRateLimit[] {
    const now = this.#clock.monotonicMillis();
    return [...this.#limits]
      .map(([category, until]) => ({ category, remainingMillis: until - now }))
      .filter(({ remainingMillis }) => remainingMillis > 0);
  }

  #logOf(category: DataCategory): StateLog {
    let stateLog = this.#logs.get(category);
    if (stateLog === undefined) {
      stateLog = new StateLog(
        () =>
          log.warn(
            `Sentry limits ${category} for ${this.#remainingSeconds(category)} s; dropping it until then`,
          ),
        () => log.info(`Sentry no longer limits ${category}`),
      );
      this.#logs.set(category, stateLog);
    }
    return stateLog;
  }

  #remainingSeconds(category: DataCategory): number {
    return Math.ceil((limitedUntil(this.#limits, category) - this.#clock.monotonicMillis()) / 1000);
  }
}
