import type { Config } from '../config/config.js';
import { withoutSecrets } from '../config/http-url.js';
import { maskDsn } from '../protocol/dsn.js';

/** Something JSON can hold. */
export type OptionValue =
  | boolean
  | number
  | string
  | readonly OptionValue[]
  | { readonly [name: string]: OptionValue };

/** May hold credentials. */
const ADDRESSES: ReadonlySet<string> = new Set(['proxy', 'spotlight', 'tunnel']);

/** Nobody knows what is in them. */
const OPAQUE: ReadonlySet<string> = new Set(['agent', 'caCerts', 'profiler', 'transport']);

/**
 * Options after variables and defaults, as they may be shown: no key, no credentials, no headers, no code.
 * @internal
 */
export function optionsInForce({ dsn, headers, ...config }: Config): Record<string, OptionValue> {
  const shown: Record<string, OptionValue> = {};
  if (dsn !== undefined) shown['dsn'] = maskDsn(dsn);
  if (headers !== undefined) shown['headers'] = Object.keys(headers);
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue;
    const isAddress = ADDRESSES.has(name) && typeof value === 'string' && URL.canParse(value);
    shown[name] = OPAQUE.has(name) ? 'set' : isAddress ? withoutSecrets(value) : show(value);
  }
  return shown;
}

function show(value: unknown): OptionValue {
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return value.map(show);
  if (typeof value !== 'object' || value === null) return 'set';
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, show(member)]));
}
