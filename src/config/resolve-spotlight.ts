import { parseFlag, variable, type Environment } from './environment-variables.js';
import { refuse } from './validate.js';

/** https://spotlightjs.com/ */
const DEFAULT_URL = 'http://localhost:8969/stream';

/**
 * URL of the Spotlight to send to. An option wins, except that `true` leaves the URL to the variable.
 * https://develop.sentry.dev/sdk/expected-features/spotlight/
 */
export function resolveSpotlight(
  options: Readonly<Record<string, unknown>>,
  env: Environment,
): string | undefined {
  const { spotlight } = options;
  if (typeof spotlight === 'string' && spotlight !== '') {
    return isUrl(spotlight) ? spotlight : refuse('spotlight', 'true, false or an http URL', spotlight);
  }
  if (spotlight === false || spotlight === '') return undefined;
  if (spotlight !== true && spotlight !== undefined)
    refuse('spotlight', 'true, false or an http URL', spotlight);
  const text = variable(env, 'SENTRY_SPOTLIGHT');
  const flag = text === undefined ? undefined : parseFlag(text);
  const url = text !== undefined && flag === undefined && isUrl(text) ? text : undefined;
  return url ?? (spotlight === true || flag === true ? DEFAULT_URL : undefined);
}

function isUrl(text: string): boolean {
  return /^https?:\/\/[^/]/.test(text);
}
