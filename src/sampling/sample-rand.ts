/** Digits of `sample_rand` on the wire. https://develop.sentry.dev/sdk/foundations/trace-propagation/#propagated-random-value */
const SCALE = 1_000_000;

/**
 * The random number of a trace, in [0, 1) with six digits: the same in every process and at every time.
 *
 * A hash rather than bits of the id, because OpenTelemetry's ratio samplers use those bits: taken raw, a Sentry rate
 * behind such a sampler would keep all or nothing of what it let through.
 */
export function sampleRandOf(traceId: string): number {
  return Math.floor((hash32(traceId) / 2 ** 32) * SCALE) / SCALE;
}

/**
 * The random number of a trace whose head decided but did not say which number it used: one that agrees with the
 * decision. A contradiction (kept at rate 0, dropped at rate 1) is answered with any number.
 */
export function backfillSampleRand(
  traceId: string,
  sampled: boolean | undefined,
  sampleRate: number | undefined,
): number {
  const rand = sampleRandOf(traceId);
  if (sampled === undefined || sampleRate === undefined) return rand;
  const lower = sampled ? 0 : sampleRate;
  const upper = sampled ? sampleRate : 1;
  if (lower >= upper) return rand;
  const scaled = Math.floor((lower + rand * (upper - lower)) * SCALE) / SCALE;
  if (scaled >= lower && scaled < upper) return scaled;
  const roundedUp = Math.ceil(lower * SCALE) / SCALE;
  return roundedUp < 1 ? roundedUp : rand;
}

/** `sample_rand` as text: exactly six digits. */
export function formatSampleRand(rand: number): string {
  return rand.toFixed(6);
}

/** FNV-1a over the characters, then the finaliser of MurmurHash3 to spread similar ids. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
