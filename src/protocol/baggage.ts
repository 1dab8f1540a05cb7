import type { DynamicSamplingContext } from './dynamic-sampling-context.js';
import { MAX_BAGGAGE_CHARS } from './limits.js';
import { headerText } from './sentry-trace.js';

const PREFIX = 'sentry-';
const NAME = /^[a-z0-9_-]+$/i;

/** Names every object has already. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** The members heads write. A name cut out of a header would have to be looked up among all texts before it is a key. */
const KNOWN_NAMES = new Map(
  [
    'environment',
    'org_id',
    'public_key',
    'release',
    'replay_id',
    'sample_rand',
    'sample_rate',
    'sampled',
    'trace_id',
    'transaction',
  ].map(name => [name, name]),
);

/** Sent when the complete context does not fit: enough for a consistent decision behind us. */
const CORE_MEMBERS = ['trace_id', 'public_key', 'org_id', 'sampled', 'sample_rand', 'sample_rate'];

/**
 * Collects the `sentry-` members of a `baggage` header, without the prefix: of a string, a list of header values, or
 * bytes. Later members win.
 *
 * Only the first 8192 characters of all values together are read, and no member that was cut there. Members that
 * cannot be decoded, are empty, or are named like something of `Object.prototype` are left out. Never throws.
 *
 * @example parseSentryBaggage('sentry-environment=prod;p=1,other=x') // { environment: 'prod' }
 */
export function parseSentryBaggage(value: unknown): DynamicSamplingContext {
  const dsc: Record<string, string> = {};
  let budget = MAX_BAGGAGE_CHARS;
  for (const part of Array.isArray(value) ? value : [value]) {
    const text = headerText(part);
    if (text === undefined) continue;
    readMembers(text, PREFIX, budget, dsc);
    budget -= text.length;
    if (budget <= 0) break;
  }
  return dsc;
}

/** The member `name`, which is given without the prefix, as `parseSentryBaggage` would find it in `text`. */
export function sentryMember(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  const found: Record<string, string> = {};
  readMembers(text, PREFIX + name, MAX_BAGGAGE_CHARS, found);
  return found[name];
}

/** @param start that members which are read start with, the prefix included */
function readMembers(text: string, start: string, budget: number, into: Record<string, string>): void {
  const limit = Math.min(text.length, budget);
  // The search skips all other members without looking at them.
  for (let from = text.indexOf(start); from >= 0 && from < limit; from = text.indexOf(start, from + 1)) {
    if (!startsMember(text, from)) continue;
    let end = text.indexOf(',', from);
    if (end < 0) end = text.length;
    if (end > limit) return;
    readMember(text.slice(from + PREFIX.length, end), into);
    from = end;
  }
}

function startsMember(text: string, index: number): boolean {
  let before = index - 1;
  while (before >= 0 && (text[before] === ' ' || text[before] === '\t')) before--;
  return before < 0 || text[before] === ',';
}

function readMember(member: string, into: Record<string, string>): void {
  const equals = member.indexOf('=');
  if (equals < 0) return;
  const written = member.slice(0, equals).trimEnd();
  const known = KNOWN_NAMES.get(written);
  if (known === undefined && (!NAME.test(written) || INHERITED.has(written))) return;
  const properties = member.indexOf(';', equals);
  const encoded = member.slice(equals + 1, properties < 0 ? undefined : properties).trim();
  const value = decode(encoded);
  if (value) into[known ?? written] = value;
}

function decode(encoded: string): string | undefined {
  if (!encoded.includes('%')) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** Prints a context as `baggage` members; empty text for an empty context. */
export function formatSentryBaggage(dsc: DynamicSamplingContext): string {
  let text = '';
  for (const name in dsc) {
    const value = dsc[name];
    if (value !== undefined) text += `${text && ','}${PREFIX}${name}=${encode(value)}`;
  }
  return text;
}

/**
 * Adds a context to a `baggage` header: `sentry-` members that are there already are replaced, everything else stays
 * byte for byte. When the whole does not fit, the context shrinks to its core or is left out; others' members never
 * are. `undefined` when nothing is left to write.
 */
export function mergeSentryBaggage(
  existing: string | undefined,
  dsc: DynamicSamplingContext,
  formatted: string = formatSentryBaggage(dsc),
): string | undefined {
  const others = existing === undefined ? '' : withoutSentryMembers(existing);
  if (!others && formatted.length <= MAX_BAGGAGE_CHARS) return formatted || undefined;
  const room = MAX_BAGGAGE_CHARS - (others ? others.length + 1 : 0);
  const own = formatted.length <= room ? formatted : fitting(dsc, room);
  if (!own) return others || undefined;
  return others ? `${others},${own}` : own;
}

function fitting(dsc: DynamicSamplingContext, room: number): string {
  const core = formatSentryBaggage(Object.fromEntries(CORE_MEMBERS.flatMap(name => pair(name, dsc[name]))));
  return core.length <= room ? core : '';
}

function pair(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

/** Whether a `baggage` header says anything about a Sentry trace. */
export function hasSentryMembers(header: string | undefined): boolean {
  return header !== undefined && withoutSentryMembers(header) !== header;
}

/** The header less its `sentry-` members; untouched text when it has none. */
export function withoutSentryMembers(header: string): string {
  if (!header.includes(PREFIX)) return header;
  return header
    .split(',')
    .filter(member => !member.trimStart().startsWith(PREFIX))
    .join(',');
}

/** `encodeURIComponent` throws on a lone surrogate, which a span name may hold. */
function encode(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return encodeURIComponent(replaceLoneSurrogates(value));
  }
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function replaceLoneSurrogates(value: string): string {
  return value.replace(LONE_SURROGATE, '\uFFFD');
}
