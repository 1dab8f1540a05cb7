import {
  baggageEntryMetadataFromString,
  propagation,
  type BaggageEntry,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '../otel/suppress-tracing.js';
import { MAX_BAGGAGE_CHARS } from '../protocol/limits.js';

const BAGGAGE = 'baggage';

/** As in `@opentelemetry/core`. */
const MAX_MEMBERS = 180;
const MAX_MEMBER_CHARS = 4096;

/** W3C Baggage, for `compositePropagator()`. Members past 8192 characters are left out. https://www.w3.org/TR/baggage/ */
export class BaggagePropagator implements TextMapPropagator {
  fields(): string[] {
    return [BAGGAGE];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const baggage = propagation.getBaggage(context);
    if (baggage === undefined || isTracingSuppressed(context)) return;
    let header = '';
    for (const [key, entry] of baggage.getAllEntries()) {
      const member = formatMember(key, entry);
      if (member === undefined) continue;
      const longer = `${header && `${header},`}${member}`;
      if (longer.length <= MAX_BAGGAGE_CHARS) header = longer;
    }
    if (header) setter.set(carrier, BAGGAGE, header);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const value: unknown = getter.get(carrier, BAGGAGE);
    const header: unknown = Array.isArray(value) ? value.join(',') : value;
    if (typeof header !== 'string') return context;
    const entries = readMembers(header);
    return Object.keys(entries).length === 0
      ? context
      : propagation.setBaggage(context, propagation.createBaggage(entries));
  }
}

/** Whole members only: what goes past the limits is left out. */
function readMembers(header: string): Record<string, BaggageEntry> {
  const entries: Record<string, BaggageEntry> = {};
  let chars = -1;
  let count = 0;
  for (let start = 0; start <= header.length && count < MAX_MEMBERS;) {
    const comma = header.indexOf(',', start);
    const end = comma < 0 ? header.length : comma;
    const member = end - start <= MAX_MEMBER_CHARS ? readMember(header.slice(start, end)) : undefined;
    if (member !== undefined) {
      chars += 1 + end - start;
      if (chars > MAX_BAGGAGE_CHARS) break;
      entries[member.key] = member.entry;
      count++;
    }
    start = end + 1;
  }
  return entries;
}

/** `undefined` for what cannot be sent. */
function formatMember(key: string, { value, metadata }: BaggageEntry): string | undefined {
  try {
    const member = `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
    return metadata === undefined ? member : `${member};${metadata.toString()}`;
  } catch {
    // Half a surrogate pair. The other members count.
    return undefined;
  }
}

function readMember(member: string): { readonly key: string; readonly entry: BaggageEntry } | undefined {
  const [pair = '', ...properties] = member.split(';');
  const equals = pair.indexOf('=');
  if (equals <= 0) return undefined;
  try {
    const key = decodeURIComponent(pair.slice(0, equals).trim());
    const value = decodeURIComponent(pair.slice(equals + 1).trim());
    const metadata = properties.join(';');
    if (key === '') return undefined;
    return {
      key,
      entry: metadata ? { value, metadata: baggageEntryMetadataFromString(metadata) } : { value },
    };
  } catch {
    // A member that cannot be decoded is left out; the others count.
    return undefined;
  }
}
