import { isHttpUrl } from './http-url.js';
import { parsedVariable, parseFlag, type Environment } from './environment-variables.js';
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
    return isHttpUrl(spotlight) ? spotlight : refuse('spotlight', 'true, false or an http URL', spotlight);
  }
  if (spotlight === false || spotlight === '') return undefined;
  if (spotlight !== true && spotlight !== undefined)
    refuse('spotlight', 'true, false or an http URL', spotlight);
  const fromVariable = parsedVariable(env, 'SENTRY_SPOTLIGHT', 'a yes, a no or an http URL', parseVariable);
  if (typeof fromVariable === 'string') return fromVariable;
  return spotlight === true || fromVariable === true ? DEFAULT_URL : undefined;
}

function parseVariable(text: string): boolean | string | undefined {
  return parseFlag(text) ?? (isHttpUrl(text) ? text : undefined);
}
