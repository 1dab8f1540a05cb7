import type { HeaderEntry } from './carriers.js';

/** What a receiver makes of the headers in a carrier; `null` is nothing. */
export interface HeaderReading {
  readonly sentryTrace: string | null;
  /** The decoded `sentry-` members of the baggage. */
  readonly dsc: Readonly<Record<string, string>> | null;
  /** The other members, as they are. */
  readonly thirdParty: readonly string[];
  readonly thirdPartyCount: number;
  readonly baggageLength: number;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

const SENTRY_PREFIX = 'sentry-';

export function readHeaders(entries: readonly HeaderEntry[]): HeaderReading {
  const baggage = headerOf(entries, 'baggage') ?? '';
  const { own, others } = splitBaggage(baggage);
  return {
    sentryTrace: headerOf(entries, 'sentry-trace') ?? null,
    dsc: own.length === 0 ? null : Object.fromEntries(own.map(decodeMember)),
    thirdParty: others,
    thirdPartyCount: others.length,
    baggageLength: baggage.length,
    traceparent: headerOf(entries, 'traceparent') ?? null,
    tracestate: headerOf(entries, 'tracestate') ?? null,
  };
}

/** Of several keys that differ in case only, Node sends the last. */
export function headerOf(entries: readonly HeaderEntry[], name: string): string | undefined {
  return headerText(entries.filter(([key]) => key.toLowerCase() === name).at(-1)?.[1]);
}

/** A header's value as it goes over the wire. */
export function headerText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  if (Array.isArray(value)) return value.map(headerText).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function splitBaggage(header: string): { own: string[]; others: string[] } {
  const members = header
    .split(',')
    .map(member => member.trim())
    .filter(member => member !== '');
  const isOwn = (member: string) => member.startsWith(SENTRY_PREFIX);
  return { own: members.filter(isOwn), others: members.filter(member => !isOwn(member)) };
}

/** The value of a baggage member; undefined if it cannot be decoded. */
export function decodeValue(member: string): string | undefined {
  const [, value] = splitMember(member);
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

export function splitMember(member: string): [name: string, value: string] {
  const equals = member.indexOf('=');
  return equals === -1 ? [member, ''] : [member.slice(0, equals), member.slice(equals + 1)];
}

function decodeMember(member: string): [string, string] {
  const [name] = splitMember(member);
  return [name.slice(SENTRY_PREFIX.length), decodeValue(member) ?? `undecodable: ${member}`];
}
