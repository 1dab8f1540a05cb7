import type { HrTime } from './types.js';

/** Seconds since the epoch as one number, as Sentry writes times; `NaN` for what is not a time. */
export function toSeconds(time: HrTime | undefined): number {
  if (!Array.isArray(time)) return Number.NaN;
  return time[0] + time[1] / NANOS_PER_SECOND;
}

const NANOS_PER_SECOND = 1e9;

/** Negative when `a` is earlier than `b`, positive when it is later. */
export function compareTimes(a: HrTime, b: HrTime): number {
  return a[0] - b[0] || a[1] - b[1];
}
