import assert from 'node:assert/strict';

/** For each name, every line of it, as it was on the wire. */
export type HeaderLines = Readonly<
  Record<'sentry-trace' | 'baggage' | 'traceparent' | 'tracestate', readonly string[]>
>;

/** Baggage of others, as hard to pass on unchanged as the header allows. */
export const FOREIGN_BAGGAGE = 'vendor=acme%20corp;region=eu-1;private,tier=gold';

export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent when undecided. */
  readonly isSampled: boolean | undefined;
}

/** The one `sentry-trace` header of a request. */
export function sentryTraceOf({ 'sentry-trace': lines }: HeaderLines): TraceParent {
  assert.equal(lines.length, 1, `sentry-trace: ${lines.join(' and ')}`);
  const match = /^([\da-f]{32})-([\da-f]{16})(?:-([01])?)?$/.exec(lines[0] ?? '');
  assert.ok(match !== null, `sentry-trace: ${lines[0]}`);
  const [, traceId = '', spanId = '', flag] = match;
  return { traceId, spanId, isSampled: flag === undefined ? undefined : flag === '1' };
}

/** The one `traceparent` header of a request. */
export function traceparentOf({ traceparent: lines }: HeaderLines): TraceParent {
  assert.equal(lines.length, 1, `traceparent: ${lines.join(' and ')}`);
  const match = /^00-([\da-f]{32})-([\da-f]{16})-(0[01])$/.exec(lines[0] ?? '');
  assert.ok(match !== null, `traceparent: ${lines[0]}`);
  const [, traceId = '', spanId = '', flags] = match;
  return { traceId, spanId, isSampled: flags === '01' };
}

/** The sampling context in the baggage, decoded. */
export function dscOf({ baggage }: HeaderLines): Record<string, string> {
  const members = membersOf(baggage).filter(member => member.startsWith('sentry-'));
  return Object.fromEntries(
    members.map(member => {
      const [name = '', value = ''] = member.split('=');
      return [name.slice('sentry-'.length), decodeURIComponent(value)];
    }),
  );
}

/** What others have put into the baggage, byte for byte. */
export function foreignBaggageOf({ baggage }: HeaderLines): string {
  return membersOf(baggage)
    .filter(member => !member.startsWith('sentry-'))
    .join(',');
}

function membersOf(lines: readonly string[]): string[] {
  return lines.flatMap(line => line.split(',').map(member => member.trim())).filter(member => member !== '');
}
