import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { headerText } from '../../src/protocol/sentry-trace.js';

/** One way in which libraries keep the headers of a request or message. */
export interface CarrierShape {
  readonly name: string;
  create(headers: Readonly<Record<string, string>>): unknown;
  readonly getter: TextMapGetter<unknown>;
  readonly setter: TextMapSetter<unknown>;
  /** Names in the carrier and their values as text, whatever they are kept as. */
  entries(carrier: unknown): Record<string, string>;
}

/** Like the metadata of `@grpc/grpc-js`: several values for each name. */
export class Metadata {
  readonly #values = new Map<string, string[]>();

  get(name: string): string[] {
    return this.#values.get(name.toLowerCase()) ?? [];
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), [value]);
  }

  names(): string[] {
    return [...this.#values.keys()];
  }
}

/** A plain object, and how values are kept in it. */
function plain(
  name: string,
  wrap: (value: string) => unknown,
  unwrap: (value: unknown) => unknown = value => value,
  spell: (name: string) => string = header => header,
): CarrierShape {
  return {
    name,
    create: headers =>
      Object.fromEntries(Object.entries(headers).map(([key, value]) => [spell(key), wrap(value)])),
    getter: {
      keys: carrier => Object.keys(recordOf(carrier)),
      get: (carrier, key) => forPropagators(unwrap(recordOf(carrier)[key])),
    },
    setter: { set: (carrier, key, value) => void Reflect.set(recordOf(carrier), key, wrap(value)) },
    entries: carrier =>
      Object.fromEntries(
        Object.entries(recordOf(carrier)).map(([key, value]) => [key, textOf(unwrap(value))]),
      ),
  };
}

export const CARRIER_SHAPES: readonly CarrierShape[] = [
  plain('a plain object', value => value),
  plain(
    'a plain object with capitals',
    value => value,
    undefined,
    name => name.replace(/^./, first => first.toUpperCase()),
  ),
  plain(
    'a plain object in capitals',
    value => value,
    undefined,
    name => name.toUpperCase(),
  ),
  plain('an object of lists', value => [value]),
  plain('an object of buffers', value => Buffer.from(value)),
  plain('an object of typed arrays', value => new TextEncoder().encode(value)),
  plain('an object of lists of buffers', value => [Buffer.from(value)]),
  plain(
    'message attributes of SQS',
    value => ({ DataType: 'String', StringValue: value }),
    value =>
      typeof value === 'object' && value !== null && 'StringValue' in value ? value.StringValue : undefined,
  ),
  {
    name: 'an object without a prototype',
    create: headers => Object.assign(Object.create(null), headers),
    getter: {
      keys: carrier => Object.keys(recordOf(carrier)),
      get: (carrier, key) => forPropagators(recordOf(carrier)[key]),
    },
    setter: { set: (carrier, key, value) => void Reflect.set(recordOf(carrier), key, value) },
    entries: carrier =>
      Object.fromEntries(Object.entries(recordOf(carrier)).map(([key, value]) => [key, textOf(value)])),
  },
  {
    name: 'a Map',
    create: headers => new Map(Object.entries(headers)),
    getter: {
      keys: carrier => [...mapOf(carrier).keys()],
      get: (carrier, key) => forPropagators(mapOf(carrier).get(key)),
    },
    setter: { set: (carrier, key, value) => void mapOf(carrier).set(key, value) },
    entries: carrier => Object.fromEntries([...mapOf(carrier)].map(([key, value]) => [key, textOf(value)])),
  },
  {
    name: 'Headers',
    create: headers => new Headers(headers),
    getter: {
      keys: carrier => [...headersOf(carrier).keys()],
      get: (carrier, key) => headersOf(carrier).get(key) ?? undefined,
    },
    setter: { set: (carrier, key, value) => headersOf(carrier).set(key, value) },
    entries: carrier => Object.fromEntries(headersOf(carrier)),
  },
  {
    name: 'metadata of gRPC',
    create: headers => {
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      return metadata;
    },
    getter: {
      keys: carrier => metadataOf(carrier).names(),
      get: (carrier, key) => metadataOf(carrier).get(key),
    },
    setter: { set: (carrier, key, value) => metadataOf(carrier).set(key, value) },
    entries: carrier =>
      Object.fromEntries(
        metadataOf(carrier)
          .names()
          .map(name => [name, metadataOf(carrier).get(name).join()]),
      ),
  },
];

function isRecord(carrier: unknown): carrier is Record<string, unknown> {
  return typeof carrier === 'object' && carrier !== null;
}

function recordOf(carrier: unknown): Record<string, unknown> {
  if (!isRecord(carrier)) throw new TypeError('not an object');
  return carrier;
}

function isMap(carrier: unknown): carrier is Map<string, unknown> {
  return carrier instanceof Map;
}

function mapOf(carrier: unknown): Map<string, unknown> {
  if (!isMap(carrier)) throw new TypeError('not a Map');
  return carrier;
}

function headersOf(carrier: unknown): Headers {
  if (!(carrier instanceof Headers)) throw new TypeError('not Headers');
  return carrier;
}

function metadataOf(carrier: unknown): Metadata {
  if (!(carrier instanceof Metadata)) throw new TypeError('not metadata');
  return carrier;
}

function textOf(value: unknown): string {
  return headerText(Array.isArray(value) ? value[0] : value) ?? '';
}

// Getters of libraries give what they find, whatever the interface says.
function forPropagators(value: unknown): string | string[] | undefined {
  return isHeaderValue(value) ? value : undefined;
}

function isHeaderValue(value: unknown): value is string | string[] {
  return value !== undefined;
}
