/**
 * What the head of a trace tells everybody behind it: `sentry-` members of `baggage`, and the `trace` header of
 * envelopes. Keys without the prefix; all values are text.
 * https://develop.sentry.dev/sdk/foundations/trace-propagation/dynamic-sampling-context/
 */
export type DynamicSamplingContext = Readonly<Record<string, string>>;

export const EMPTY_DSC: DynamicSamplingContext = Object.freeze({});

/** What a head of trace knows about itself. */
export interface HeadOfTrace {
  readonly traceId: string;
  readonly publicKey: string | undefined;
  readonly orgId: string | undefined;
  readonly environment: string | undefined;
  readonly release: string | undefined;
  /** Root name, only when it is a good one: never an URL and never a statement. */
  readonly transaction: string | undefined;
  readonly sampled: boolean | undefined;
  readonly sampleRand: string;
  /** The rate that was applied here. */
  readonly sampleRate: number | undefined;
}

/**
 * The context of a trace that begins here. Nothing unknown is mentioned; without a project to belong to there is none,
 * since receivers refuse a context without a public key.
 */
export function headDsc(head: HeadOfTrace): DynamicSamplingContext {
  if (!head.publicKey) return EMPTY_DSC;
  const dsc: Record<string, string> = {};
  if (head.environment) dsc['environment'] = head.environment;
  if (head.release) dsc['release'] = head.release;
  dsc['public_key'] = head.publicKey;
  dsc['trace_id'] = head.traceId;
  if (head.orgId) dsc['org_id'] = head.orgId;
  if (head.transaction) dsc['transaction'] = head.transaction;
  if (head.sampled !== undefined) dsc['sampled'] = String(head.sampled);
  dsc['sample_rand'] = head.sampleRand;
  if (head.sampleRate !== undefined) dsc['sample_rate'] = String(head.sampleRate);
  return dsc;
}

/**
 * A context that came in, after a rate was applied here: only `sample_rate` changes.
 * An empty one stays empty: the head did not want to say anything.
 */
export function withSampleRate(
  dsc: DynamicSamplingContext,
  sampleRate: number | undefined,
): DynamicSamplingContext {
  if (sampleRate === undefined || isEmptyDsc(dsc)) return dsc;
  const changed = copyOf(dsc);
  changed['sample_rate'] = String(sampleRate);
  return changed;
}

export function isEmptyDsc(dsc: DynamicSamplingContext): boolean {
  for (const _ in dsc) return false;
  return true;
}

const JSON_NUMBER = /^(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const UUID = /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PUBLIC_KEY = /^[0-9a-f]{32}$/;

/**
 * The `trace` header of an envelope: the frozen context, less what would make Sentry refuse all of it.
 *
 * Without a usable `public_key`, or when it names another trace, what is left is `{trace_id, public_key}` of our own,
 * which Sentry needs to apply the rules of the trace.
 */
export function envelopeTrace(
  dsc: DynamicSamplingContext,
  traceId: string,
  publicKey: string,
): DynamicSamplingContext {
  const isOwn = dsc['public_key'] === publicKey;
  if (dsc['trace_id'] !== traceId || !(isOwn || PUBLIC_KEY.test(dsc['public_key'] ?? ''))) {
    return { trace_id: traceId, public_key: publicKey };
  }
  const { sample_rate, sample_rand, replay_id, sampled } = dsc;
  const refused: string[] = [];
  if (sample_rate !== undefined && !JSON_NUMBER.test(sample_rate)) refused.push('sample_rate');
  if (sample_rand !== undefined && parseSampleRand(sample_rand) === undefined) refused.push('sample_rand');
  if (replay_id !== undefined && !UUID.test(replay_id)) refused.push('replay_id');
  if (sampled !== undefined && sampled !== 'true' && sampled !== 'false') refused.push('sampled');
  if (refused.length === 0) return dsc;
  const trace = copyOf(dsc);
  for (const name of refused) delete trace[name];
  return trace;
}

// A loop: to spread it takes longer than everything else that is done with it, for it has no shape in common with others.
function copyOf(dsc: DynamicSamplingContext): Record<string, string> {
  const copy: Record<string, string> = {};
  for (const name in dsc) copy[name] = dsc[name] ?? '';
  return copy;
}

/** A `sample_rate` somebody sent us: a number from 0 to 1, else `undefined`. */
export function parseSampleRate(text: string | undefined): number | undefined {
  const rate = parseDecimal(text);
  return rate !== undefined && rate <= 1 ? rate : undefined;
}

/** A `sample_rand` somebody sent us: a number from 0 to below 1, else `undefined`. */
export function parseSampleRand(text: string | undefined): number | undefined {
  const rand = parseDecimal(text);
  return rand !== undefined && rand < 1 ? rand : undefined;
}

const DECIMAL = /^\d*\.?\d+([eE][+-]?\d+)?$/;
const MAX_DECIMAL_CHARS = 64;

function parseDecimal(text: string | undefined): number | undefined {
  if (text === undefined || text.length > MAX_DECIMAL_CHARS || !DECIMAL.test(text)) return undefined;
  return Number(text);
}
