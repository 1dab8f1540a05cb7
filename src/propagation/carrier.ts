import { headerText } from '../protocol/sentry-trace.js';

/** A header as it stands in a carrier: the key in the carrier's own spelling, and its value as text. */
export interface ExistingHeader {
  readonly key: string;
  readonly text: string;
}

/**
 * Looks a header up in what somebody is about to send, whatever its case: a plain object, a Map, `Headers`, gRPC
 * metadata, message attributes. Setters cannot be asked, so carriers are read directly.
 *
 * @param name in lower case
 */
export function existingHeader(carrier: unknown, name: string): ExistingHeader | undefined {
  if (typeof carrier !== 'object' || carrier === null) return undefined;
  const exact = found(name, hasGet(carrier) ? carrier.get(name) : Reflect.get(carrier, name));
  if (exact !== undefined) return exact;
  return hasGet(carrier) ? inMap(carrier, name) : inObject(carrier, name);
}

/** gRPC metadata can only be asked, and is not case-sensitive. */
function inMap(carrier: object, name: string): ExistingHeader | undefined {
  if (!(carrier instanceof Map)) return undefined;
  for (const [key, value] of carrier) {
    const header = isSpelling(key, name) ? found(key, value) : undefined;
    if (header !== undefined) return header;
  }
  return undefined;
}

function inObject(carrier: object, name: string): ExistingHeader | undefined {
  // Runs for every request: a list of the entries would be most of what it costs.
  for (const key in carrier) {
    const header = isSpelling(key, name) ? found(key, Reflect.get(carrier, key)) : undefined;
    if (header !== undefined) return header;
  }
  return undefined;
}

/** The name in another case. */
function isSpelling(key: unknown, name: string): key is string {
  return typeof key === 'string' && key.length === name.length && key !== name && key.toLowerCase() === name;
}

/** `tracestate` that lost its last member: a W3C propagator before us wrote what our trace state shows, nothing. */
export function dropEmptyTraceState(carrier: unknown): void {
  if (typeof carrier === 'object' && carrier !== null && Reflect.get(carrier, 'tracestate') === '') {
    Reflect.deleteProperty(carrier, 'tracestate');
  }
}

function found(key: string, value: unknown): ExistingHeader | undefined {
  const text = Array.isArray(value) ? listText(value) : valueText(value);
  return text ? { key, text } : undefined;
}

function listText(values: readonly unknown[]): string {
  return values
    .map(valueText)
    .filter(text => text)
    .join(',');
}

function valueText(value: unknown): string | undefined {
  // SQS and SNS wrap the text of an attribute.
  if (typeof value === 'object' && value !== null && 'StringValue' in value)
    return headerText(value.StringValue);
  return headerText(value);
}

function hasGet(carrier: object): carrier is { get(name: string): unknown } {
  return 'get' in carrier && typeof carrier.get === 'function';
}
