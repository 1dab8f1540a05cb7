const OCTETS_OF_ID = 16;

/** Ids drawn at a time: asking for randomness costs 10 µs, however little it is. */
const POOLED_IDS = 64;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A source of random ids of 32 hex digits, as Sentry wants for events. https://develop.sentry.dev/sdk/data-model/event-payloads/#required-attributes */
export function createEventIds(): () => string {
  const pool = new Uint8Array(OCTETS_OF_ID * POOLED_IDS);
  let next = pool.length;
  return () => {
    if (next === pool.length) {
      globalThis.crypto.getRandomValues(pool);
      next = 0;
    }
    let id = '';
    for (const end = next + OCTETS_OF_ID; next < end; next++) id += HEX[pool[next] ?? 0];
    return id;
  };
}
