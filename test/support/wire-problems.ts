import { jsonOf, type ParsedEnvelope } from './parse-envelope.js';
import { schemaProblems } from './vectors/transaction-schema.js';
import { wireProblems } from './vectors/wire-rules.js';

const KEY = Symbol.for('otel-sentry-bridge.test.wire-problems');

/** One list for the process: test files loaded with import and with require each have a copy of this module. */
const shared: typeof globalThis & { [KEY]?: string[] } = globalThis;
const problems = (shared[KEY] ??= []);

/** Checks an envelope by Sentry's ingestion rules and the schema of transactions; the test that sent it fails for what is found. */
export function checkWire(envelope: ParsedEnvelope): void {
  if (isOfSentrySdk(envelope)) return;
  problems.push(...wireProblems(envelope));
  for (const item of envelope.items)
    if (item.headers['type'] === 'transaction') problems.push(...schemaProblems(jsonOf(item)));
}

export function takeWireProblems(): string[] {
  return problems.splice(0);
}

/** Sentry's own SDKs, which some tests run beside the package, follow rules of their own. */
function isOfSentrySdk({ headers: { sdk } }: ParsedEnvelope): boolean {
  return typeof sdk === 'object' && sdk !== null && 'name' in sdk && String(sdk.name).startsWith('sentry.');
}
