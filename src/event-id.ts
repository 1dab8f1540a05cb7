const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A random id of 32 hex digits, as Sentry wants for events. https://develop.sentry.dev/sdk/data-model/event-payloads/#required-attributes */
export function randomEventId(): string {
  let id = '';
  for (const byte of globalThis.crypto.getRandomValues(new Uint8Array(16))) id += HEX[byte];
  return id;
}
