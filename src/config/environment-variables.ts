import { log } from '../otel/diagnostics.js';

/** Environment variables, as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that is set and not empty. */
export function variable(env: Environment, name: string): string | undefined {
  return env[name] || undefined;
}

/** A variable that `parse` understands; others are reported and ignored, as configuration from outside must not stop the application. */
export function parsedVariable<T>(
  env: Environment,
  name: string,
  expected: string,
  parse: (text: string) => T | undefined,
): T | undefined {
  const text = variable(env, name);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === undefined) log.warn(`${name} is ignored: it must be ${expected}`);
  return value;
}

const TRUE = ['true', 't', 'y', 'yes', 'on', '1'];
const FALSE = ['false', 'f', 'n', 'no', 'off', '0'];

/** Yes and no as Sentry's SDKs spell them in variables. */
export function parseFlag(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return TRUE.includes(word) ? true : FALSE.includes(word) ? false : undefined;
}
