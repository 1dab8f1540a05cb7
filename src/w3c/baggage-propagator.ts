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
      const longer = `${header && `${header},`}${formatMember(key, entry)}`;
      if (longer.length <= MAX_BAGGAGE_CHARS) header = longer;
    }
    if (header) setter.set(carrier, BAGGAGE, header);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const value: unknown = getter.get(carrier, BAGGAGE);
    const header: unknown = Array.isArray(value) ? value.join(',') : value;
    if (typeof header !== 'string') return context;
    const entries: Record<string, BaggageEntry> = {};
    for (const member of header.slice(0, MAX_BAGGAGE_CHARS + 1).split(',')) readMember(member, entries);
    return Object.keys(entries).length === 0
      ? context
      : propagation.setBaggage(context, propagation.createBaggage(entries));
  }
}

function formatMember(key: string, { value, metadata }: BaggageEntry): string {
  const member = `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
  return metadata === undefined ? member : `${member};${metadata.toString()}`;
}

function readMember(member: string, into: Record<string, BaggageEntry>): void {
  const [pair = '', ...properties] = member.split(';');
  const equals = pair.indexOf('=');
  if (equals <= 0) return;
  try {
    const key = decodeURIComponent(pair.slice(0, equals).trim());
    const value = decodeURIComponent(pair.slice(equals + 1).trim());
    const metadata = properties.join(';');
    into[key] = metadata ? { value, metadata: baggageEntryMetadataFromString(metadata) } : { value };
  } catch {
    // A member that cannot be decoded is left out; the others count.
  }
}
