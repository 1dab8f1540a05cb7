import { member } from './packages/members.js';

/** Shared by all copies of this package. */
const KEY = Symbol.for('otel-sentry-bridge.register');

/** Claims the process. Returns the version that has it already, if any. */
export function claimProcess(globals: object, version: string): string | undefined {
  const holder = member(globals, KEY);
  if (holder !== undefined) return typeof holder === 'string' ? holder : 'unknown';
  Object.defineProperty(globals, KEY, { value: version });
  return undefined;
}
