import { defaultTextMapSetter, type TextMapSetter } from '@opentelemetry/api';
import { textOf, type Fields } from './narrow.js';

export type HeaderEntry = readonly [name: string, value: unknown];

/** Something that headers are written into, and what is in it. */
export interface TestCarrier {
  readonly carrier: unknown;
  readonly setter: TextMapSetter<unknown>;
  readonly entries: () => HeaderEntry[];
}

/** A plain object unless told otherwise; `initial` is what the application has put into it. */
export function createCarrier(type: string | undefined, initial: Fields): TestCarrier {
  switch (type) {
    case undefined:
      return plainCarrier({ ...initial }, defaultTextMapSetter);
    case 'frozen':
      return plainCarrier(Object.freeze({ ...initial }), { set: refuseToWrite });
    case 'map': {
      const map = new Map(Object.entries(initial));
      return {
        carrier: map,
        setter: { set: (_, key, value) => void map.set(key, value) },
        entries: () => [...map],
      };
    }
    case 'headers': {
      const headers = new Headers(
        Object.entries(initial).map(([key, value]): [string, string] => [key, textOf(value)]),
      );
      return {
        carrier: headers,
        setter: { set: (_, key, value) => headers.set(key, value) },
        entries: () => [...headers],
      };
    }
    case 'metadata':
      return metadataCarrier(initial);
    default:
      throw new TypeError(`unknown type of carrier: ${type}`);
  }
}

function plainCarrier(carrier: Fields, setter: TextMapSetter<unknown>): TestCarrier {
  return { carrier, setter, entries: () => Object.entries(carrier) };
}

/** The shape of gRPC's metadata: names are lower-cased, `get()` returns a list. */
function metadataCarrier(initial: Fields): TestCarrier {
  const lists = new Map(Object.entries(initial).map(([key, value]) => [key, [value].flat()]));
  const metadata = {
    get: (key: string) => lists.get(key.toLowerCase()) ?? [],
    set: (key: string, value: string) => void lists.set(key.toLowerCase(), [value]),
  };
  return {
    carrier: metadata,
    setter: { set: (_, key, value) => metadata.set(key, value) },
    entries: () => [...lists].map(([key, list]) => [key, list.join(',')]),
  };
}

function refuseToWrite(): never {
  throw new TypeError('read only');
}
