/** Rate limits Sentry imposes in its answers. https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/ */
import { DEFAULT_RATE_LIMIT_MILLIS, MAX_RATE_LIMIT_MILLIS } from './limits.js';
import type { DataCategory } from './loss-counter.js';

/** What can be limited: `internal` stands for client reports, which only a limit on everything stops. */
export type LimitedCategory = DataCategory | 'internal';

/** What a rate limit is in force for. */
export type RateLimitKey = DataCategory | 'all';

/** Until when each category is limited, in milliseconds of the monotonic clock. */
export type RateLimits = ReadonlyMap<RateLimitKey, number>;

export const NO_RATE_LIMITS: RateLimits = new Map();

/** What of an answer bears on rate limits. */
export interface RateLimitResponse {
  readonly statusCode: number;
  readonly headers?:
    | {
        readonly 'retry-after'?: string | undefined;
        readonly 'x-sentry-rate-limits'?: string | undefined;
      }
    | undefined;
}

/** The same instant on both scales: deadlines live on the monotonic one, HTTP dates on the other. */
export interface Instant {
  readonly monotonicMillis: number;
  readonly epochMillis: number;
}

/**
 * Limits after an answer. A limit is never shortened by a later answer; the given map is returned when nothing changes.
 *
 * The first of these that can be read counts: `X-Sentry-Rate-Limits` (with any status); for a 429 only, `Retry-After`;
 * else one minute. https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/#rate-limit-enforcement
 */
export function applyResponse(limits: RateLimits, response: RateLimitResponse, now: Instant): RateLimits {
  const header = response.headers?.['x-sentry-rate-limits'];
  const imposed = header === undefined ? undefined : parseRateLimitHeader(header);
  if (imposed !== undefined) return merge(limits, imposed, now.monotonicMillis);
  if (response.statusCode !== 429) return limits;
  const delayMillis =
    parseRetryAfter(response.headers?.['retry-after'], now.epochMillis) ?? DEFAULT_RATE_LIMIT_MILLIS;
  return merge(limits, [{ keys: ['all'], delayMillis }], now.monotonicMillis);
}

/** Whether nothing of `category` may be sent now. */
export function isLimited(limits: RateLimits, category: LimitedCategory, monotonicMillis: number): boolean {
  if (limits.size === 0) return false;
  return monotonicMillis < limitedUntil(limits, category);
}

/** When the limit on `category` ends, in milliseconds of the monotonic clock; `-Infinity` if there was none. */
export function limitedUntil(limits: RateLimits, category: LimitedCategory): number {
  const own = category === 'internal' ? undefined : limits.get(category);
  return Math.max(own ?? -Infinity, limits.get('all') ?? -Infinity);
}

interface ImposedLimit {
  readonly keys: readonly RateLimitKey[];
  readonly delayMillis: number;
}

/**
 * Reads `seconds:categories:scope[:...]`, comma separated; entries without a number are skipped.
 * Undefined when no entry could be read. Categories that are never sent from here are left out, and an entry that
 * names only such categories limits nothing: read as one without categories it would silence everything.
 */
function parseRateLimitHeader(header: string): ImposedLimit[] | undefined {
  const imposed: ImposedLimit[] = [];
  for (const entry of header.split(',')) {
    const [delay = '', categories = ''] = entry.split(':');
    const delayMillis = parseDelay(delay);
    if (delayMillis !== undefined) imposed.push({ keys: parseCategories(categories), delayMillis });
  }
  return imposed.length === 0 ? undefined : imposed;
}

function parseCategories(text: string): RateLimitKey[] {
  if (text.trim() === '') return ['all'];
  return text
    .split(';')
    .map(name => name.trim())
    .filter(isKnownCategory);
}

/** Whole seconds, or fractions as the specification allows; undefined for anything else. */
function parseDelay(text: string): number | undefined {
  const trimmed = text.trim();
  return /^\d+(?:\.\d+)?$/.test(trimmed) ? clampDelay(Number(trimmed) * 1000) : undefined;
}

/** Seconds or an HTTP date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function parseRetryAfter(text: string | undefined, epochMillis: number): number | undefined {
  if (text === undefined) return undefined;
  const delay = parseDelay(text);
  if (delay !== undefined) return delay;
  const date = parseHttpDate(text.trim());
  return date === undefined ? undefined : clampDelay(date - epochMillis);
}

/** The three forms of RFC 9110, all of them GMT. `Date.parse` alone would take `-5` for a year. */
function parseHttpDate(text: string): number | undefined {
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : date;
}

function clampDelay(millis: number): number {
  return Math.min(Math.max(millis, 0), MAX_RATE_LIMIT_MILLIS);
}

function merge(limits: RateLimits, imposed: readonly ImposedLimit[], now: number): RateLimits {
  const merged = new Map([...limits].filter(([, until]) => until > now));
  for (const { keys, delayMillis } of imposed) {
    for (const key of keys) merged.set(key, Math.max(merged.get(key) ?? -Infinity, now + delayMillis));
  }
  return merged;
}

const KNOWN_CATEGORIES: Readonly<Record<DataCategory, true>> = {
  error: true,
  transaction: true,
  span: true,
  profile: true,
  profile_chunk: true,
};

function isKnownCategory(name: string): name is DataCategory {
  return Object.hasOwn(KNOWN_CATEGORIES, name);
}
