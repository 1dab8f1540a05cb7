import { isFields } from './narrow.js';

/** What a placeholder stands for; undefined leaves it as it is. */
export type Lookup = (kind: string, name: string) => string | undefined;

// {T}, {S}, <trace:NAME>, <span:NAME>
const PLACEHOLDER = /\{([TS])\}|<(trace|span):([^>]+)>/g;

/** Replaces the placeholders in all texts of a decoded value. */
export function fillPlaceholders(value: unknown, lookup: Lookup): unknown {
  if (typeof value === 'string') {
    return value.replace(
      PLACEHOLDER,
      (whole, given: string | undefined, kind: string | undefined, name: string | undefined) =>
        lookup(given ?? kind ?? '', name ?? '') ?? whole,
    );
  }
  if (Array.isArray(value)) return value.map(item => fillPlaceholders(item, lookup));
  if (!isFields(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, fillPlaceholders(member, lookup)]),
  );
}
